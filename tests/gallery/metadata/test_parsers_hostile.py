"""Whatever a record holds: no parser raises, and what comes out can be kept by a database."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gallery.metadata import RawRecord, understand
from gallery.metadata.parsers import PARSERS
from gallery.metadata.parsers.evidence import Evidence

KEYS = (
    *("parameters", "UserComment", "Comment", "COM", "Description", "ImageDescription"),
    *("prompt", "workflow", "extraMetadata", "generation_data", "parameters-json", "smproj"),
    *("Software", "xmp:CreatorTool", "exif:UserComment", "dc:description", "stealth"),
    *("c2pa", "AIGC", "Iptc4xmpExt:DigitalSourceType", "Iptc4xmpExt:DigImageGUID"),
    *("postprocessing", "invokeai_metadata", "sd-metadata", "Dream", "fooocus_scheme"),
)
NAMES = (
    *("prompt", "negativePrompt", "seed", "steps", "cfgScale", "sampler", "models", "baseModel"),
    *("resources", "extra", "airs", "extraMetadata", "class_type", "inputs", "c", "uc", "v2"),
    *("loras", "controls", "size", "State", "Model", "Sampler", "Seed", "Prompt", "width"),
    *("PositivePrompt", "Label", "digital_source_type", "vendor", "sui_image_params", "type"),
    *("transformations", "workflow", "model", "weight", "file", "Name", "SelectedSampler"),
)
PIECES = (
    *("Steps: 20", "Negative prompt:", "Sampler: x", ", ", "\n", "\r", "Seed: -1", "Size: 8x"),
    *("Hashes: {", "}", '"', "\\", "[", "Civitai resources: [", "]", "Template:", "<lora:a:"),
    *("Lora hashes: ", "ControlNet 0: ", "-", " --ar ", "Job ID: ", "\0", "\ud800", "é", ":"),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)
    ),
    max_leaves=15,
)
TEXTS = (
    VALUES.map(json.dumps)
    | st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
    | st.text(max_size=50)
    | st.just("Draw Things")
)
RECORDS = st.lists(
    st.builds(RawRecord, st.just("png:tEXt"), st.sampled_from(KEYS), TEXTS), max_size=4
)


@settings(max_examples=400)
@given(RECORDS)
def test_no_records_raise(records):
    found = understand(records)
    assert isinstance(found.problems, tuple)
    made = found.parameters
    if made is not None:
        assert made.seed is None or 0 <= made.seed < 2**64
        assert made.steps is None or 0 <= made.steps < 2**31
        assert all(isinstance(value, str) for value in made.facts.values())
        assert all(use.kind and use.name for use in made.resources)


@given(RECORDS)
def test_every_parser_stands_alone(records):
    for parser in PARSERS:
        parser(Evidence(records))


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "text",
    [
        "a" * 3_000_000,
        "{" * 1_000_000,
        '{"a":' * 500_000,
        "[" * 1_000_000 + "]" * 1_000_000,
        "Steps: 1, " * 200_000,
        "Steps: 1, A: {" * 100_000,
        "\n" * 2_000_000,
        "Negative prompt:\n" * 100_000,
        ", ".join(f"k{number}: v" for number in range(100_000)),
    ],
    ids=["a", "braces", "nested", "brackets", "steps", "open", "lines", "labels", "pairs"],
)
def test_no_text_takes_a_second(key, text):
    started = time.process_time()
    understand([RawRecord("png:tEXt", key, text)])
    assert time.process_time() - started < 1
