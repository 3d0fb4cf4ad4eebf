import pytest

from gallery.metadata import RawRecord, parsers
from gallery.metadata.records import ResourceUse
from tests.gallery.metadata.texts import understood

REQUEST = {
    "prompt": "a fox",
    "negative_prompt": "lowres",
    "resolution": "832 x 1216",
    "guidance_scale": 7,
    "num_inference_steps": 28,
    "seed": 1082676886,
    "sampler": "Euler a",
    "sdxl_style": "(None)",
    "add_quality_tags": True,
    "quality_tags": "Standard v3.1",
    "use_upscaler": None,
}


@pytest.mark.parametrize(
    ("model", "use"),
    [
        (
            {"Model": "Animagine XL 3.1", "Model hash": "e3c47aedb0"},
            ResourceUse("checkpoint", "Animagine XL 3.1", hash="e3c47aedb0"),
        ),
        ("org/animagine-xl", ResourceUse("checkpoint", "animagine-xl")),
    ],
)
def test_a_request_is_read(model, use):
    found = understood({"parameters": {**REQUEST, "Model": model}})
    assert (found.generator, found.rule) == ("huggingface", "huggingface")
    assert (found.prompt, found.negative_prompt) == ("a fox", "lowres")
    assert (found.seed, found.steps, found.cfg_scale) == (1082676886, 28, 7)
    assert (found.width, found.height, found.sampler) == (832, 1216, "Euler a")
    assert found.resources == (use,)
    assert found.facts == {
        "Styles": "(None)",
        "Quality tags added": "True",
        "Quality tags": "Standard v3.1",
    }


def test_the_upscaler_is_told_as_a_second_pass():
    upscaler = {
        "upscale_method": "nearest-exact",
        "upscaler_strength": 0.55,
        "upscale_by": 1.5,
        "new_resolution": "1248 x 1824",
    }
    found = understood({"parameters": {**REQUEST, "use_upscaler": upscaler}})
    assert (found.width, found.height) == (832, 1216)
    assert found.facts["Hires upscale"] == "1.5"
    assert found.facts["Hires resize"] == "1248 x 1824"
    assert found.facts["Hires denoising strength"] == "0.55"


def test_names_of_diffusers_alone_are_not_enough():
    record = RawRecord("png:tEXt", "parameters", '{"num_inference_steps": 5, "prompt": "a"}')
    found = parsers.understand([record]).parameters
    assert found is None or found.generator != "huggingface"
