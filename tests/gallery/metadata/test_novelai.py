import json

import pytest

from gallery.metadata.records import ResourceUse
from tests.gallery.metadata.texts import understood

FIRST = {
    "steps": 28,
    "sampler": "k_euler_ancestral",
    "seed": 4246301453,
    "strength": 0.69,
    "noise": 0.667,
    "scale": 11.0,
    "uc": "lowres",
}
THIRD = {
    "prompt": "a cat",
    "steps": 28,
    "height": 1216,
    "width": 832,
    "scale": 5.0,
    "uncond_scale": 1.0,
    "cfg_rescale": 0.38,
    "seed": 1148692016,
    "n_samples": 1,
    "noise_schedule": "native",
    "sampler": "k_euler",
    "controlnet_strength": 1.0,
    "controlnet_model": None,
    "dynamic_thresholding": False,
    "dynamic_thresholding_percentile": 0.999,
    "sm": True,
    "sm_dyn": False,
    "skip_cfg_below_sigma": 0.0,
    "uc": "lowres",
    "request_type": "PromptGenerateRequest",
    "signed_hash": "GmLfTgQTOI4",
}


def caption(base, *characters):
    captions = [{"char_caption": text, "centers": [{"x": 0.5, "y": 0.3}]} for text in characters]
    return {
        "caption": {"base_caption": base, "char_captions": captions},
        "use_coords": True,
        "use_order": True,
    }


FOURTH = {
    **THIRD,
    "v4_prompt": caption("2girls, dancing", "girl, miku", "girl, rin"),
    "v4_negative_prompt": caption("lowres", "", "hat"),
}


def chunks(comment, description="a cat", source="NovelAI Diffusion V4.5 C02D4F98"):
    return {
        "Title": "AI generated image",
        "Description": description,
        "Software": "NovelAI",
        "Source": source,
        "Generation time": "6.49",
        "Comment": comment,
    }


def test_the_first_version_has_its_prompt_in_the_description():
    found = understood(chunks(FIRST, "a cat", "Stable Diffusion 1D44365E"))
    assert (found.generator, found.rule) == ("novelai", "novelai")
    assert (found.prompt, found.negative_prompt) == ("a cat", "lowres")
    assert (found.seed, found.steps, found.cfg_scale) == (4246301453, 28, 11)
    assert (found.sampler, found.width, found.denoise) == ("k_euler_ancestral", None, None)
    assert found.resources == (ResourceUse("checkpoint", "Stable Diffusion", hash="1D44365E"),)
    assert found.facts == {"Strength": "0.69", "Noise": "0.667", "Generation time": "6.49"}
    assert found.reason == "Software (png:tEXt) tells of NovelAI."


def test_the_third_version_has_all_in_its_comment():
    found = understood(chunks(THIRD))
    assert (found.prompt, found.negative_prompt) == ("a cat", "lowres")
    assert (found.width, found.height) == (832, 1216)
    assert (found.sampler, found.scheduler) == ("k_euler", "native")
    assert found.facts == {"CFG rescale": "0.38", "SMEA": "True", "Generation time": "6.49"}


def test_no_prompt_of_a_character_is_lost():
    found = understood(chunks(FOURTH, "2girls, dancing"))
    assert found.prompt == "2girls, dancing | girl, miku | girl, rin"
    assert found.negative_prompt == "lowres | hat"
    assert found.facts["Character prompt 1"] == "girl, miku"
    assert found.facts["Character prompt 2"] == "girl, rin"
    assert found.facts["Character negative prompt 2"] == "hat"
    assert "Character negative prompt 1" not in found.facts
    assert found.facts["Character position 2"] == "0.5, 0.3"


def test_a_strength_counts_where_a_picture_was_the_start():
    found = understood(chunks({**THIRD, "request_type": "Img2ImgRequest", "strength": 0.7}))
    assert found.denoise == 0.7
    assert found.facts["Request type"] == "Img2ImgRequest"


def test_webp_has_the_comment_as_text_within_a_comment():
    inner = {
        "Comment": json.dumps(FOURTH),
        "Description": "\0\0\0\0two girls",
        "Software": "NovelAI",
        "Source": "NovelAI Diffusion V4.5 C02D4F98",
    }
    texts = {
        "Software": "NovelAI Diffusion V4.5 C02D4F98",
        "DocumentName": "NovelAI generated image",
        "ImageDescription": "\0\0\0\0two girls",
        "UserComment": inner,
    }
    found = understood(texts, "webp:exif")
    assert found.prompt.startswith("2girls, dancing | ")
    assert found.seed == 1148692016
    assert found.resources == (
        ResourceUse("checkpoint", "NovelAI Diffusion V4.5", hash="C02D4F98"),
    )
    del texts["UserComment"]
    assert understood(texts, "webp:exif").prompt == "two girls"


@pytest.mark.parametrize("is_nested", [True, False])
def test_stealth_has_one_object(is_nested):
    comment = json.dumps(THIRD) if is_nested else THIRD
    found = understood({"stealth": {"Software": "NovelAI", "Comment": comment}}, "png:alpha")
    assert (found.generator, found.prompt) == ("novelai", "a cat")


def test_a_signed_comment_is_enough():
    assert understood({"Comment": THIRD}).generator == "novelai"
    assert understood({"UserComment": THIRD}, "jpeg:exif").prompt == "a cat"


def test_director_tools_leave_no_prompt():
    found = understood(
        {"Software": "NovelAI", "Comment": {"request_type": "EmotionAugmentRequest"}}
    )
    assert (found.generator, found.prompt, found.resources) == ("novelai", "", ())
    assert found.facts == {"Request type": "EmotionAugmentRequest"}


def test_a_comment_that_is_no_json_is_told():
    problems = []
    found = understood({"Software": "NovelAI", "Comment": "not json"}, problems=problems)
    assert found.generator == "novelai"
    assert problems == ["NovelAI's Comment cannot be read: it is no JSON object."]
