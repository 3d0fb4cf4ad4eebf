import pytest

from gallery.metadata.records import ResourceUse, SourceReference
from tests.gallery.metadata.texts import understood

HASH = "56d1442a0feefd64836a19ac8e3527ec71c884fc962e246ddf67b03e42921272"


def older(image, **outer):
    return {
        "model": "stable diffusion",
        "model_weights": "deliberate_v08",
        "model_hash": HASH,
        "app_id": "invoke-ai/InvokeAI",
        "app_version": "2.3.0",
        **outer,
        "image": image,
    }


IMAGE = {
    "prompt": [{"prompt": "a cat [blurry]", "weight": 1.0}],
    "steps": 50,
    "cfg_scale": 5,
    "threshold": 0,
    "perlin": 0.0,
    "width": 512,
    "height": 768,
    "seed": 2980747362,
    "seamless": False,
    "sampler": "k_lms",
    "type": "txt2img",
    "strength": 0.75,
    "variations": [],
    "postprocessing": None,
}


def test_older_metadata_is_read():
    found = understood({"sd-metadata": older(IMAGE)}, "png:zTXt")
    assert (found.generator, found.generator_version) == ("invokeai", "2.3.0")
    assert (found.prompt, found.negative_prompt) == ("a cat", "blurry")
    assert (found.seed, found.steps, found.cfg_scale) == (2980747362, 50, 5)
    assert (found.width, found.height, found.sampler) == (512, 768, "k_lms")
    assert found.denoise is None
    assert found.resources == (ResourceUse("checkpoint", "deliberate_v08", hash=HASH),)
    assert found.facts == {}
    assert found.reason == "sd-metadata (png:zTXt) holds InvokeAI's older metadata."


@pytest.mark.parametrize(
    ("prompt", "text", "weights"),
    [
        ("a cat", "a cat", None),
        ([{"prompt": "a cat", "weight": 1}], "a cat", None),
        ({"prompt": "a cat"}, "a cat", None),
        (
            [{"prompt": "blue sphere", "weight": 0.25}, {"prompt": "red cube", "weight": 0.75}],
            "blue sphere, red cube",
            "blue sphere:0.25, red cube:0.75",
        ),
        (5, "", None),
        (None, "", None),
    ],
)
def test_a_prompt_is_a_text_or_a_blend(prompt, text, weights):
    found = understood({"sd-metadata": older({**IMAGE, "prompt": prompt})})
    assert found.prompt == text
    assert found.facts.get("Prompt weights") == weights


def test_a_grid_is_its_first_picture_and_says_how_many():
    metadata = older(None, images=[{**IMAGE, "seed": seed} for seed in (1, 2, 3)])
    found = understood({"sd-metadata": metadata})
    assert (found.prompt, found.seed) == ("a cat", 1)
    assert found.facts == {"Images in the grid": "3", "Seeds in the grid": "1, 2, 3"}


def test_a_hash_without_a_name_is_a_fact():
    found = understood({"sd-metadata": older(IMAGE, model_weights=None, model_id=None)})
    assert found.resources == ()
    assert found.facts == {"Model hash": HASH}


def test_the_command_beside_it_fills_what_older_metadata_left_out():
    image = {**IMAGE, "type": "img2img", "strength_steps": 0.4, "orig_hash": "4e00"}
    del image["strength"]
    found = understood(
        {
            "Dream": '"a cat [blurry]" -s 9 -S 1 -I out/fire.png -A ddim -f 0.4',
            "sd-metadata": older(image),
        }
    )
    assert (found.steps, found.sampler, found.denoise) == (50, "k_lms", 0.4)
    assert found.sources == (SourceReference("img2img", "out/fire.png", "4e00"),)
    assert found.facts == {}


def test_what_was_done_afterwards_is_a_fact():
    done = [
        {"type": "codeformer", "strength": 0.9, "fidelity": 0.75},
        {"tool": "outcrop", "dream_command": "!fix a.png -c top 64"},
    ]
    found = understood({"sd-metadata": older({**IMAGE, "postprocessing": done})})
    assert found.facts == {
        "Postprocessing": "codeformer: strength 0.9, fidelity 0.75; "
        "outcrop: dream command !fix a.png -c top 64"
    }


MODERN = {
    "app_version": "5.6.0",
    "generation_mode": "sdxl_img2img",
    "positive_prompt": "a cat",
    "negative_prompt": "dog",
    "positive_style_prompt": "painting",
    "width": 1024,
    "height": 768,
    "seed": 2**32 - 1,
    "rand_device": "cpu",
    "cfg_scale": 6.0,
    "cfg_rescale_multiplier": 0.0,
    "steps": 24,
    "scheduler": "euler_a",
    "clip_skip": 1,
    "strength": 0.6,
    "seamless_x": False,
    "model": {"key": "k", "hash": "blake3:7c16", "name": "wai", "base": "sdxl", "type": "main"},
    "loras": [{"model": {"key": "l", "hash": "blake3:aa", "name": "ink"}, "weight": 0.7}],
    "vae": {"key": "v", "name": "fix", "hash": "blake3:bb"},
    "init_image": "e5b5.png",
    "controlnets": [
        {
            "image": {"image_name": "c.png"},
            "control_model": {"model_name": "canny", "base_model": "sdxl"},
            "control_weight": [0.5, 0.4],
        }
    ],
    "ipAdapters": [
        {
            "image": {"image_name": "i.png"},
            "ip_adapter_model": {"model_name": "ip-plus"},
            "weight": 0.45,
        }
    ],
    "refiner_model": {"model_name": "xl-refiner", "base_model": "sdxl-refiner"},
    "refiner_start": 0.8,
    "refiner_positive_aesthetic_score": 6.0,
    "hrf_enabled": True,
    "hrf_method": "ESRGAN",
    "hrf_strength": 0.45,
}


def test_modern_metadata_is_read():
    found = understood({"invokeai_metadata": MODERN})
    assert found.generator_version == "5.6.0"
    assert (found.prompt, found.negative_prompt) == ("a cat", "dog")
    assert (found.seed, found.steps, found.cfg_scale) == (2**32 - 1, 24, 6)
    assert (found.width, found.height, found.sampler) == (1024, 768, "euler_a")
    assert (found.denoise, found.clip_skip) == (0.6, 2)
    assert found.resources == (
        ResourceUse("checkpoint", "wai", hash="blake3:7c16"),
        ResourceUse("checkpoint", "xl-refiner"),
        ResourceUse("lora", "ink", 0.7, hash="blake3:aa"),
        ResourceUse("vae", "fix", hash="blake3:bb"),
        ResourceUse("controlnet", "canny", 0.5),
    )
    assert found.sources == (
        SourceReference("img2img", "e5b5.png"),
        SourceReference("controlnet", "c.png"),
        SourceReference("ip_adapter", "i.png"),
    )
    assert found.facts == {
        "IP-Adapter": "ip-plus (0.45)",
        "Generation mode": "sdxl_img2img",
        "Style prompt": "painting",
        "Refiner": "xl-refiner",
        "Refiner switch at": "0.8",
        "Refiner aesthetic score": "6",
        "Hires fix": "True",
        "Hires upscaler": "ESRGAN",
        "Hires denoising strength": "0.45",
    }


def test_names_of_version_three_and_its_beta():
    found = understood(
        {
            "invokeai_metadata": {
                "type": "t2l",
                "positive_conditioning": "a cat",
                "negative_conditioning": "dog",
                "model": "stable-diffusion-1.5",
                "loras": [{"lora": {"model_name": "ink", "base_model": "sd-1"}, "weight": 0.75}],
            }
        }
    )
    assert (found.prompt, found.negative_prompt) == ("a cat", "dog")
    assert found.resources == (
        ResourceUse("checkpoint", "stable-diffusion-1.5"),
        ResourceUse("lora", "ink", 0.75),
    )


def test_the_guidance_of_flux_is_its_only_one():
    found = understood({"invokeai_metadata": {"positive_prompt": "a cat", "guidance": 3.5}})
    assert found.cfg_scale == 3.5


def test_the_canvas_tells_sources_and_regional_prompts():
    canvas = {
        "rasterLayers": [{"objects": [{"type": "image", "image": {"image_name": "r.png"}}]}],
        "controlLayers": [
            {
                "isEnabled": True,
                "objects": [{"image": {"image_name": "k.png"}}],
                "controlAdapter": {"model": {"name": "depth"}, "weight": 0.75},
            }
        ],
        "inpaintMasks": [],
        "regionalGuidance": [
            {"isEnabled": True, "positivePrompt": "a red hat", "negativePrompt": None},
            {"isEnabled": False, "positivePrompt": "switched off"},
        ],
    }
    found = understood(
        {"invokeai_metadata": {"positive_prompt": "a cat", "canvas_v2_metadata": canvas}}
    )
    assert found.sources == (
        SourceReference("img2img", "r.png"),
        SourceReference("controlnet", "k.png"),
    )
    assert found.resources == (ResourceUse("controlnet", "depth", 0.75),)
    assert found.facts == {"Regional prompt 1": "a red hat"}


def test_a_picture_that_lies_within_the_metadata_is_no_source():
    packed = {"image": {"image_name": "data:image/png;base64,AA"}}
    told = {"controlnets": [packed], "canvas_v2_metadata": {"controlLayers": [packed]}}
    found = understood({"invokeai_metadata": {"positive_prompt": "a cat", **told}})
    assert (found.prompt, found.sources) == ("a cat", ())


def test_an_upscale_has_its_source_and_its_model():
    found = understood(
        {
            "invokeai_metadata": {
                "upscale_model": {"name": "4xUltra", "hash": "blake3:cc"},
                "upscale_initial_image": {"image_name": "u.png", "width": 1, "height": 1},
                "upscale_scale": 4,
            }
        }
    )
    assert found.prompt == ""
    assert found.sources == (SourceReference("upscale", "u.png"),)
    assert found.resources == (ResourceUse("upscaler", "4xUltra", hash="blake3:cc"),)
    assert found.facts == {"Upscaler": "4xUltra", "Upscale by": "4"}


def test_keys_packed_into_one_comment_are_found():
    packed = {"invokeai_metadata": '{"positive_prompt": "a cat"}'}
    assert understood({"UserComment": packed}, "jpeg:exif").prompt == "a cat"


@pytest.mark.parametrize(
    ("text", "why"), [("[1, 2]", "no JSON object"), ('{"a": ', "no valid JSON"), ("x", "no JSON")]
)
def test_a_key_that_cannot_be_read_is_told(text, why):
    problems = []
    found = understood({"invokeai_metadata": text}, problems=problems)
    assert (found.generator, found.prompt) == ("invokeai", "")
    assert why in problems[0]
