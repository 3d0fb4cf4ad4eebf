import json

import pytest

from gallery.metadata.records import ResourceUse, SourceReference
from tests.gallery.metadata.texts import understood

PARAMETERS = {
    "prompt": "a cat <embed:cute> #テスト",
    "negativeprompt": "dog",
    "model": "Illustrious/wai_v160",
    "images": 1,
    "seed": 2**63 - 1,
    "steps": 20,
    "cfgscale": 7.0,
    "aspectratio": "1:1",
    "width": 768,
    "height": 512,
    "sampler": "euler_ancestral",
    "scheduler": "karras",
    "refinercontrolpercentage": 0.3,
    "refinermethod": "PostApply",
    "refinerupscale": 1.5,
    "refinerupscalemethod": "model-RealESRGAN_x4plus.pth",
    "refinermodel": "xl-refiner",
    "vae": "None",
    "automaticvae": True,
    "clipstopatlayer": -2,
    "initimagecreativity": 0.4,
    "loras": ["Characters/miku", "ink"],
    "loraweights": ["0.8", "1"],
    "loratencweights": ["0.5", "1"],
    "controlnetmodel": "canny",
    "controlnetstrength": "0.9",
    "variationseed": 12,
    "variationseedstrength": 0.2,
    "swarm_version": "0.9.7.4",
}
WHOLE = {
    "sui_image_params": PARAMETERS,
    "sui_extra_data": {
        "date": "2026-01-03",
        "original_prompt": "a <random:cat|dog>",
        "used_wildcards": ["animals", "hats"],
        "unused_parameters": ["vae"],
    },
    "sui_models": [
        {"name": "Illustrious/wai_v160.safetensors", "param": "model", "hash": "0x22d8"},
        {"name": "Characters/miku.safetensors", "param": "loras", "hash": "0xaa11"},
        {"name": "cute.safetensors", "param": "used_embeddings", "hash": "0xbb22"},
    ],
}


def test_every_field_is_understood():
    found = understood({"parameters": WHOLE})
    assert (found.generator, found.rule) == ("swarmui", "swarmui")
    assert found.generator_version == "0.9.7.4"
    assert (found.prompt, found.negative_prompt) == ("a cat <embed:cute> #テスト", "dog")
    assert (found.seed, found.steps, found.cfg_scale) == (2**63 - 1, 20, 7)
    assert (found.width, found.height) == (768, 512)
    assert (found.sampler, found.scheduler) == ("euler_ancestral", "karras")
    assert (found.denoise, found.clip_skip) == (0.4, 2)
    assert found.resources == (
        ResourceUse("checkpoint", "wai_v160", hash="0x22d8"),
        ResourceUse("checkpoint", "xl-refiner"),
        ResourceUse("lora", "miku", 0.8, 0.5, "0xaa11"),
        ResourceUse("lora", "ink", 1),
        ResourceUse("controlnet", "canny", 0.9),
        ResourceUse("upscaler", "RealESRGAN_x4plus"),
        ResourceUse("embedding", "cute"),
    )
    assert found.facts == {
        "Aspect ratio": "1:1",
        "Refiner control": "0.3",
        "Refiner method": "PostApply",
        "Hires upscale": "1.5",
        "Hires upscaler": "model-RealESRGAN_x4plus.pth",
        "Refiner": "xl-refiner",
        "Variation seed": "12",
        "Variation seed strength": "0.2",
        "Generated on": "2026-01-03",
        "Template": "a <random:cat|dog>",
        "Wildcards": "animals, hats",
    }
    assert found.reason == "parameters (png:tEXt) holds SwarmUI's sui_image_params."


@pytest.mark.parametrize(
    ("container", "key"),
    [
        ("jpeg:exif", "UserComment"),
        ("jpeg:exif", "Model"),
        ("sidecar:swarm.json", "a.swarm.json"),
        ("sidecar:json", "a.json"),
        ("png:alpha", "stealth"),
    ],
)
def test_whichever_text_holds_it_is_found(container, key):
    text = "\ufeff" + json.dumps(WHOLE, indent=2) + "\0"
    assert understood({key: text}, container).steps == 20


def test_grids_of_old_versions_have_a_script_beside():
    text = f'all_metadata["x"] = {json.dumps(WHOLE)};\n'
    assert understood({"a.metadata.js": text}, "sidecar:metadata.js").seed == 2**63 - 1


def test_values_may_be_texts_and_lists_too():
    values = {
        "prompt": "a cat <lora:tagged:0.6>",
        "seed": "7",
        "steps": "20",
        "cfgscale": "7.5",
        "width": "640",
        "height": "512",
        "comfyuisampler": "dpmpp_2m",
        "loras": "one,sub/two",
        "loraweights": "0.5,0.25",
        "initimage": "data:image/png;base64,AAAA",
        "maskimage": "mask.png",
    }
    found = understood({"parameters": {"sui_image_params": values}})
    assert (found.seed, found.steps, found.cfg_scale) == (7, 20, 7.5)
    assert (found.width, found.height, found.sampler) == (640, 512, "dpmpp_2m")
    assert found.resources == (
        ResourceUse("lora", "one", 0.5),
        ResourceUse("lora", "two", 0.25),
        ResourceUse("lora", "tagged", 0.6),
    )
    assert found.sources == (SourceReference("mask", "mask.png"),)
    assert found.facts == {}


def test_the_graph_beside_it_only_fills_gaps():
    graph = {
        "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "other.safetensors"}},
        "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "encoded", "clip": ["4", 1]}},
        "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 8, "height": 8}},
        "10": {
            "class_type": "KSampler",
            "inputs": {
                "model": ["4", 0],
                "seed": 1,
                "steps": 3,
                "cfg": 2,
                "sampler_name": "euler",
                "scheduler": "normal",
                "positive": ["6", 0],
                "negative": ["6", 0],
                "latent_image": ["5", 0],
            },
        },
        "9": {"class_type": "SaveImage", "inputs": {"images": ["10", 0]}},
    }
    stated = {"sui_image_params": {"prompt": "as stated", "steps": 20}}
    found = understood({"prompt": graph, "parameters": stated})
    assert (found.generator, found.rule) == ("swarmui", "swarmui+comfyui")
    assert (found.prompt, found.steps, found.seed) == ("as stated", 20, 1)
    assert [use.name for use in found.resources] == ["other"]


@pytest.mark.parametrize("value", ["oops", 5, None, [1], {}])
def test_parameters_of_another_shape_leave_the_mark(value):
    problems = []
    found = understood({"parameters": {"sui_image_params": value}}, problems=problems)
    assert (found.generator, found.prompt) == ("swarmui", "")
    assert bool(problems) == (value != {})
