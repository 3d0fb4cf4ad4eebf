import json

import pytest

from gallery.metadata import RawRecord, parsers
from tests.pictures import GRAPH


def read(infotext):
    return parsers.understand(
        [
            RawRecord("png:tEXt", "parameters", infotext),
            RawRecord("png:tEXt", "prompt", json.dumps(GRAPH)),
        ]
    ).parameters


def test_the_savers_text_leads_and_the_graph_fills_the_gaps():
    found = read(
        "a cat\nSteps: 7, Sampler: Euler a, Seed: 5, Size: 64x64, Model hash: abc, Model: m"
    )
    assert found.generator == "comfyui"
    assert found.rule == "automatic1111+comfyui"
    assert (found.prompt, found.seed, found.steps, found.width) == ("a cat", 5, 7, 64)
    assert found.negative_prompt == "text, watermark"
    assert found.cfg_scale == 8
    assert (found.sampler, found.scheduler) == ("Euler a", "")
    assert [use.name for use in found.resources] == ["m"]


@pytest.mark.parametrize("placeholder", ["unknown", "Unknown", "undefined", "N/A"])
def test_the_graph_leads_where_the_saver_was_not_connected(placeholder):
    found = read(
        f"{placeholder}\nNegative prompt: {placeholder}\n"
        "Steps: 20, Sampler: euler_simple, Seed: 0, Size: 512x512, Model: default"
    )
    assert found.rule == "comfyui+automatic1111"
    assert found.prompt == "a bottle with a galaxy inside"
    assert found.negative_prompt == "text, watermark"
    assert (found.seed, found.sampler, found.width) == (2**64 - 1, "euler", 1024)
    assert [use.name for use in found.resources] == ["sd_xl_base_1.0"]


def test_hash_and_weight_of_one_file_are_joined():
    graph = json.loads(json.dumps(GRAPH))
    graph["10"] = {
        "class_type": "LoraLoader",
        "inputs": {"lora_name": "x.safetensors", "strength_model": 0.5, "model": ["4", 0]},
    }
    graph["3"]["inputs"]["model"] = ["10", 0]
    found = parsers.understand(
        [
            RawRecord("png:tEXt", "prompt", json.dumps(graph)),
            RawRecord(
                "png:tEXt", "parameters", 'a cat\nSteps: 7, Seed: 5, Lora hashes: "x: abcdef"'
            ),
        ]
    ).parameters
    lora = next(use for use in found.resources if use.kind == "lora")
    assert (lora.weight, lora.hash) == (0.5, "abcdef")


def test_a_broken_graph_beside_a_good_text_is_only_a_problem():
    found = parsers.understand(
        [
            RawRecord("png:tEXt", "parameters", "a cat\nSteps: 7, Seed: 5, Size: 8x8"),
            RawRecord("png:tEXt", "prompt", '{"1": {"class_type": '),
        ]
    )
    assert found.parameters.prompt == "a cat"
    assert found.problems == ("The ComfyUI graph in prompt cannot be read: it is no valid JSON.",)
