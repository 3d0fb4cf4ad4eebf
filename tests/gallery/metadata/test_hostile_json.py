"""Any field of any generator's JSON may have any type: nothing raises, every answer is sound."""

import json
import math
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gallery.metadata import RawRecord, parsers
from gallery.metadata.parsers.values import MAX_SEED, MAX_WHOLE
from gallery.metadata.records import SOURCE_KINDS, GenerationParameters
from tests.gallery.metadata import (
    test_easydiffusion,
    test_fooocus,
    test_huggingface,
    test_invokeai,
    test_invokeai_graph,
    test_novelai,
    test_swarmui,
)

KINDS = {"checkpoint", "lora", "vae", "embedding", "controlnet", "upscaler"}
ODD_TEXTS = ["", "\0", "\ud800", "data:image/png;base64,AA", "NaN", "None", "-1", "1e999", "[[(",
             "a : b : c", "9" * 5000, "<lora:", "withLora(", "x" * 300]  # fmt: skip
SHAPES = {
    "swarmui": {"parameters": test_swarmui.WHOLE},
    "fooocus": {"parameters": test_fooocus.SCHEME, "fooocus_scheme": "fooocus"},
    "ruinedfooocus": {"parameters": test_fooocus.RUINED},
    "fooocus_mre": {"Comment": test_fooocus.MRE},
    "easydiffusion": {"UserComment": test_easydiffusion.FIELDS},
    "huggingface": {
        "parameters": {
            **test_huggingface.REQUEST,
            "use_lora": {"lora_name": "a", "scale": 1},
            "Model": {"Model": "a", "Model hash": "b"},
        }
    },
    "novelai": {"Software": "NovelAI", "Comment": test_novelai.FOURTH},
    "invokeai": {
        "invokeai_metadata": {
            **test_invokeai.MODERN,
            "ref_images": [{"config": {"model": {"name": "a"}, "image": {"image_name": "b"}}}],
            "canvas_v2_metadata": {"controlLayers": [{"controlAdapter": {"model": {"name": "a"}}}]},
        }
    },
    "sd-metadata": {
        "sd-metadata": test_invokeai.older(
            {
                **test_invokeai.IMAGE,
                "variations": [{"seed": 1, "weight": 0.1}],
                "postprocessing": [{"type": "esrgan", "scale": 4}],
                "init_img": "a.png",
            }
        )
    },
    "graph": {"invokeai_graph": test_invokeai_graph.graph()},
    "workflow": {"invokeai_workflow": test_invokeai_graph.workflow()},
}
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(ODD_TEXTS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def sound(found: GenerationParameters) -> None:
    for text in (found.prompt, found.negative_prompt, found.sampler, found.scheduler,
                 found.generator_version, found.reason, found.rule, *found.facts,
                 *found.facts.values()):  # fmt: skip
        assert isinstance(text, str)
        assert "\0" not in text
        text.encode()
    assert found.seed is None or (type(found.seed) is int and 0 <= found.seed <= MAX_SEED)
    for whole in (found.steps, found.clip_skip, found.width, found.height):
        assert whole is None or (type(whole) is int and 0 <= whole <= MAX_WHOLE)
    for number in (found.cfg_scale, found.denoise):
        assert number is None or math.isfinite(number)
    for use in found.resources:
        assert use.kind in KINDS
        assert use.name
        assert isinstance(use.hash, str)
        assert all(w is None or math.isfinite(w) for w in (use.weight, use.clip_weight))
    for source in found.sources:
        assert source.kind in SOURCE_KINDS
        assert source.name
        assert not source.name.startswith("data:")


def damaged(value, data, chance):
    """The same shape with some of its values replaced by anything."""
    if data.draw(st.integers(0, chance)) == 0:
        return data.draw(JSON)
    if isinstance(value, dict):
        return {key: damaged(inner, data, chance) for key, inner in value.items()}
    if isinstance(value, list):
        return [damaged(inner, data, chance) for inner in value]
    return value


@pytest.mark.parametrize("name", SHAPES)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_field_may_be_anything(name, data):
    records = []
    for key, value in SHAPES[name].items():
        if isinstance(value, dict):
            value = json.dumps({k: damaged(v, data, 8) for k, v in value.items()})
        records.append(RawRecord("png:tEXt", key, value))
    found = parsers.understand(records).parameters
    if found is not None:
        sound(found)


@pytest.mark.parametrize("name", SHAPES)
@given(JSON)
def test_the_whole_may_be_anything(name, value):
    key = next(key for key, shape in SHAPES[name].items() if isinstance(shape, dict))
    others = [RawRecord("png:tEXt", k, v) for k, v in SHAPES[name].items() if isinstance(v, str)]
    found = parsers.understand([RawRecord("png:tEXt", key, json.dumps(value)), *others]).parameters
    if found is not None:
        sound(found)


COMMAND = st.from_regex(r'"?[a-z \[\]"]{0,30}( --?[a-zA-Z]{1,4} ?[\S]{0,8}){0,6}')


@given(st.text(max_size=200) | COMMAND)
def test_a_command_may_be_anything(text):
    found = parsers.understand([RawRecord("png:tEXt", "Dream", text)]).parameters
    assert found is not None
    sound(found)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("Dream", "a" + " -s" * 100_000),
        ("Dream", '"' + '" ' * 100_000),
        ("Dream", '"' + " " * 300_000 + '"'),
        ("Dream", "[" * 200_000),
        ("Dream", "withLora(" * 50_000),
        ("Dream", "<" * 200_000),
        ("parameters", json.dumps({"sui_image_params": {"prompt": "<lora:" * 100_000}})),
        ("parameters", json.dumps({"sui_image_params": {"loras": "a," * 200_000}})),
        ("a.txt", "Prompt: \nGuidance Scale: " * 20_000),
        ("a.metadata.js", "a" * 100_000 + " = " + " " * 100_000 + "{"),
    ],
)
def test_no_text_takes_long(key, text):
    container = f"sidecar:{key.partition('.')[2]}" if "." in key else "png:tEXt"
    started = time.process_time()
    parsers.understand([RawRecord(container, key, text)])
    assert time.process_time() - started < 1
