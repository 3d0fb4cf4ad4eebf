import json

import pytest

from gallery.metadata import RawRecord, parsers
from gallery.metadata.records import ResourceUse
from tests.gallery.metadata.texts import understood

FIELDS = {
    "prompt": 'a fox, "quoted", café 狐',
    "negative_prompt": "blurry",
    "seed": 2**32 - 1,
    "use_stable_diffusion_model": "C:\\models\\sd-v1-5.safetensors",
    "clip_skip": True,
    "use_vae_model": "vae-ft-mse",
    "sampler_name": "euler_a",
    "width": 640,
    "height": 512,
    "num_inference_steps": 25,
    "guidance_scale": 7.5,
    "prompt_strength": 0.8,
    "use_lora_model": ["ink", "sub/paint"],
    "lora_alpha": [0.5, 1],
    "use_embeddings_model": ["/models/embeddings/bad-hands.pt"],
    "use_controlnet_model": None,
    "tiling": None,
    "use_face_correction": "GFPGANv1.4",
    "use_upscale": "RealESRGAN_x4plus",
    "upscale_amount": 4,
}
LABELS = {
    "prompt": "Prompt",
    "negative_prompt": "Negative Prompt",
    "seed": "Seed",
    "use_stable_diffusion_model": "Stable Diffusion model",
    "clip_skip": "Clip Skip",
    "use_vae_model": "VAE model",
    "sampler_name": "Sampler",
    "width": "Width",
    "height": "Height",
    "num_inference_steps": "Steps",
    "guidance_scale": "Guidance Scale",
    "prompt_strength": "Prompt Strength",
    "use_lora_model": "LoRA model",
    "lora_alpha": "LoRA Strength",
    "use_embeddings_model": "Embedding models",
    "use_controlnet_model": "ControlNet model",
    "tiling": "Seamless Tiling",
    "use_face_correction": "Use Face Correction",
    "use_upscale": "Use Upscaling",
    "upscale_amount": "Upscale By",
}


def labelled():
    return {
        LABELS[key]: ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in FIELDS.items()
    }


def lines():
    return "".join(f"{label}: {value}\n" for label, value in labelled().items())


@pytest.mark.parametrize(
    ("texts", "container"),
    [
        ({key: str(value) for key, value in FIELDS.items()}, "png:tEXt"),
        (labelled(), "png:tEXt"),
        ({"UserComment": json.dumps(FIELDS)}, "webp:exif"),
        ({"UserComment": json.dumps(labelled())}, "jpeg:exif"),
        ({"a.json": json.dumps(FIELDS, indent=4)}, "sidecar:json"),
        ({"a.txt": lines()}, "sidecar:txt"),
        ({"a.txt": lines().replace("\n", "\r\n")}, "sidecar:txt"),
    ],
)
def test_every_form_says_the_same(texts, container):
    found = understood(texts, container)
    assert found.generator == found.rule.removeprefix("sidecar:") == "easydiffusion"
    assert (found.prompt, found.negative_prompt) == (FIELDS["prompt"], "blurry")
    assert (found.seed, found.steps, found.cfg_scale) == (2**32 - 1, 25, 7.5)
    assert (found.width, found.height, found.sampler) == (640, 512, "euler_a")
    assert (found.denoise, found.clip_skip) == (0.8, 2)
    assert found.resources == (
        ResourceUse("checkpoint", "sd-v1-5"),
        ResourceUse("vae", "vae-ft-mse"),
        ResourceUse("lora", "ink", 0.5),
        ResourceUse("lora", "paint", 1),
        ResourceUse("embedding", "bad-hands"),
        ResourceUse("upscaler", "RealESRGAN_x4plus"),
    )
    assert found.facts == {
        "Face restoration": "GFPGANv1.4",
        "Upscaler": "RealESRGAN_x4plus",
        "Upscale by": "4",
    }


def test_what_is_off_is_not_told():
    off = {**FIELDS, "clip_skip": False, "use_vae_model": None, "use_upscale": None}
    found = understood({key: str(value) for key, value in off.items()})
    assert found.clip_skip is None
    assert "vae" not in {use.kind for use in found.resources}
    assert "Upscaler" not in found.facts


def test_a_prompt_of_several_lines_and_one_without_a_label():
    text = lines().replace(FIELDS["prompt"], "a fox,\nwith: colons\nin lines")
    assert understood({"a.txt": text}, "sidecar:txt").prompt == "a fox,\nwith: colons\nin lines"
    old = "a fox\n\n" + lines().partition("\n")[2]
    assert understood({"a.txt": old}, "sidecar:txt").prompt == "a fox"


@pytest.mark.parametrize(
    "text",
    ["1girl, solo, looking at viewer", "Prompt: a cat\nSteps: 5", "Guidance Scale: what is it?"],
)
def test_a_caption_is_no_parameters(text):
    found = parsers.understand([RawRecord("sidecar:txt", "a.txt", text)]).parameters
    assert found is None or found.generator != "easydiffusion"
