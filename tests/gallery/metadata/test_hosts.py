"""Tensor.Art and Stability Matrix: their own text beside a graph."""

import json

import pytest

from gallery.metadata import RawRecord, parsers
from gallery.metadata.records import ResourceUse
from tests.pictures import GRAPH

TENSORART = {
    "models": [{"type": "LORA", "label": "Fox", "modelFileName": "fox_v2", "weight": 0.7}],
    "baseModel": {"label": "Base", "modelFileName": "base_v1", "hash": "AB12"},
    "prompt": "a fox",
    "negativePrompt": "dog",
    "width": 512,
    "height": 768,
    "samplerName": "Euler a",
    "steps": 25,
    "cfgScale": 7,
    "seed": "-1",
    "clipSkip": 2,
    "sdVae": "Automatic",
    "etaNoiseSeedDelta": 31337,
}
MATRIX = {
    "PositivePrompt": "a fox \r\n",
    "NegativePrompt": "dog",
    "Steps": 20,
    "Sampler": "Euler Ancestral Karras",
    "CfgScale": 5,
    "Seed": 395309383,
    "Width": 64,
    "Height": 32,
    "ModelName": "m.safetensors",
    "ModelHash": "A5F5",
    "FrameCount": 0,
    "VideoOutputMethod": None,
}
PROJECT = {
    "State": {
        "Model": {
            "SelectedModelName": "m.safetensors",
            "IsVaeSelectionEnabled": True,
            "SelectedVaeName": "v.safetensors",
            "IsRefinerSelectionEnabled": True,
            "SelectedRefinerName": "@none",
            "IsClipSkipEnabled": True,
            "ClipSkip": 2,
        },
        "Sampler": {
            "Steps": 20,
            "CfgScale": 5,
            "Width": 64,
            "Height": 32,
            "SelectedSampler": {"Name": "euler_ancestral"},
            "SelectedScheduler": {"Name": "karras"},
        },
        "Prompt": {"Prompt": "a fox", "NegativePrompt": "dog"},
        "Seed": {"Seed": "395309383"},
    }
}


def understand(**texts):
    records = [
        RawRecord("png:tEXt", key.replace("_json", "-json"), text) for key, text in texts.items()
    ]
    return parsers.understand(records)


def test_tensorart_without_its_graph_has_no_seed():
    made = understand(generation_data=json.dumps(TENSORART) + "\0\0").parameters
    assert (made.generator, made.rule) == ("tensorart", "tensorart")
    assert (made.prompt, made.negative_prompt, made.seed) == ("a fox", "dog", None)
    assert (made.width, made.height, made.steps, made.cfg_scale) == (512, 768, 25, 7)
    assert (made.sampler, made.clip_skip) == ("Euler a", 2)
    assert made.resources == (
        ResourceUse("checkpoint", "base_v1", hash="AB12"),
        ResourceUse("lora", "fox_v2", 0.7),
    )
    assert made.facts == {"ENSD": "31337"}


def test_tensorarts_true_seed_and_sampler_are_the_graphs():
    made = understand(generation_data=json.dumps(TENSORART), prompt=json.dumps(GRAPH)).parameters
    assert (made.generator, made.rule) == ("tensorart", "tensorart+comfyui")
    assert (made.prompt, made.seed, made.sampler) == ("a fox", 2**64 - 1, "euler")
    assert made.resources[0].name == "base_v1"


def test_stability_matrix_reads_its_parameters():
    made = understand(parameters_json=json.dumps(MATRIX)).parameters
    assert (made.generator, made.prompt, made.negative_prompt) == (
        "stability_matrix",
        "a fox",
        "dog",
    )
    assert (made.sampler, made.scheduler) == ("Euler Ancestral", "Karras")
    assert (made.seed, made.steps, made.cfg_scale) == (395309383, 20, 5)
    assert (made.width, made.height) == (64, 32)
    assert made.resources == (ResourceUse("checkpoint", "m", hash="A5F5"),)
    assert made.facts == {}


def test_stability_matrix_knows_more_by_its_project():
    made = understand(smproj=json.dumps(PROJECT), parameters_json=json.dumps(MATRIX)).parameters
    assert (made.sampler, made.scheduler, made.clip_skip) == ("euler_ancestral", "karras", 2)
    assert made.resources == (
        ResourceUse("checkpoint", "m", hash="A5F5"),
        ResourceUse("vae", "v"),
    )


def test_stability_matrix_by_its_project_alone():
    made = understand(smproj=json.dumps(PROJECT)).parameters
    assert (made.prompt, made.negative_prompt, made.seed) == ("a fox", "dog", 395309383)
    assert (made.steps, made.cfg_scale, made.width) == (20, 5, 64)


def test_stability_matrix_leads_its_own_infotext_and_graph():
    made = understand(
        parameters="a fox\nSteps: 9, Sampler: x, Seed: 1",
        parameters_json=json.dumps(MATRIX),
        prompt=json.dumps(GRAPH),
    ).parameters
    assert made.rule == "stability_matrix+comfyui"
    assert (made.seed, made.sampler, made.scheduler) == (395309383, "euler", "normal")


@pytest.mark.parametrize("key", ["generation_data", "smproj", "parameters_json"])
def test_what_cannot_be_read_is_said(key):
    found = understand(**{key: '{"prompt": '})
    assert found.parameters is None
    assert "cannot be read: it is no valid JSON" in found.problems[0]
