"""The parser that the documentation shows is a parser."""

import json
from pathlib import Path

import pytest

from gallery.metadata import RawRecord
from gallery.metadata.parsers.evidence import Evidence
from gallery.metadata.records import ResourceUse

PAGE = Path(__file__).resolve().parents[3] / "docs" / "adding-a-generator.md"


@pytest.fixture(scope="module")
def parse():
    code = PAGE.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    module = {}
    exec(compile(code, str(PAGE), "exec"), module)  # noqa: S102 (our own documentation)
    return module["parse"]


def test_it_reads_what_it_says(parse):
    settings = {
        "prompt": "a fox",
        "negative_prompt": "dog",
        "seed": 2**64 - 1,
        "steps": "20",
        "guidance": 4.5,
        "sampler": "euler",
        "width": 64,
        "height": 32,
        "model": "m.safetensors",
        "loras": [{"name": "x", "weight": 0.5}, "no"],
        "mood": "calm",
    }
    made = parse(Evidence([RawRecord("png:tEXt", "example_settings", json.dumps(settings))]))
    assert (made.prompt, made.negative_prompt, made.seed) == ("a fox", "dog", 2**64 - 1)
    assert (made.steps, made.cfg_scale, made.width, made.height) == (20, 4.5, 64, 32)
    assert made.resources == (ResourceUse("checkpoint", "m"), ResourceUse("lora", "x", 0.5))
    assert made.facts == {"Mood": "calm"}


def test_it_leaves_others_alone_and_says_what_is_broken(parse):
    assert parse(Evidence([RawRecord("png:tEXt", "parameters", "{}")])) is None
    evidence = Evidence([RawRecord("png:tEXt", "example_settings", '{"prompt": ')])
    assert parse(evidence) is None
    assert evidence.problems == ["Example's settings cannot be read: it is no valid JSON."]
