"""Whatever the bytes are: nothing is raised, nothing hangs, every answer fits the database."""

import json
import math
import struct
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gallery.metadata import RawRecord, parsers
from gallery.metadata.containers.contents import FILE_LIMIT, PROBLEM_LIMIT
from tests.gallery.metadata.builders import (
    VP8X,
    chunk,
    exif,
    jpeg,
    png,
    read,
    riff_chunk,
    segment,
    text,
    tiff,
    webp,
)
from tests.gallery.metadata.credentials import STORE, app11
from tests.gallery.metadata.gifs import comment, frame, gif
from tests.gallery.metadata.graphs import basic
from tests.pictures import INFOTEXT

GRAPH = json.dumps(basic())
BLOCK = tiff(
    {0x0110: (2, f"prompt:{GRAPH}\0".encode()), 0x0112: (3, b"\0\6")},
    {0x9286: (7, b"UNICODE\0" + INFOTEXT.encode("utf-16-be"))},
)
PACKET = (
    b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description xmlns:a="urn:a">'
    b"<a:b><r:Seq><r:li>1</r:li></r:Seq></a:b></r:Description></r:RDF>"
)
BMP = b"BM" + struct.pack("<LLLLllHH", 100, 0, 54, 40, 6, 4, 1, 8) + b"\0" * 60
SEEDS = [
    png(text("parameters", INFOTEXT), text("prompt", GRAPH), chunk(b"eXIf", BLOCK)),
    png(chunk(b"iTXt", b"parameters\0\0\0\0\0" + INFOTEXT.encode())),
    jpeg(exif(BLOCK), segment(0xFE, INFOTEXT.encode())),
    webp(riff_chunk(b"VP8X", b"\x08" + b"\0" * 9), riff_chunk(b"EXIF", BLOCK)),
    webp(VP8X, *[riff_chunk(b"ANMF", b"\0" * 16)] * 3, riff_chunk(b"C2PA", STORE)),
    jpeg(*app11(STORE, 100), segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PACKET)),
    png(chunk(b"caBX", STORE), chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + PACKET)),
    gif(comment(INFOTEXT.encode()), frame(5), frame(9)),
    BLOCK,
    BMP,
]
QUIET = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


def check(found):
    """Types and ranges that the database's columns hold, in text that UTF-8 and jsonb take."""
    assert found.format in ("", "png", "jpeg", "webp", "gif", "tiff", "bmp")
    assert sum(len(record.text) for record in found.records) <= FILE_LIMIT
    for record in found.records:
        record.text.encode()
        record.key.encode()
    for side in (found.width, found.height):
        assert side is None or 0 < side < 2**31
    assert len(found.problems) <= PROBLEM_LIMIT + 20
    if found.parameters is not None:
        check_parameters(found.parameters)


def check_parameters(parameters):
    assert parameters.generator
    assert parameters.rule
    texts = [parameters.prompt, parameters.negative_prompt, parameters.sampler]
    texts += [parameters.scheduler, parameters.generator_version, parameters.reason]
    texts += [use.name for use in parameters.resources]
    texts += [use.hash for use in parameters.resources]
    texts += [*parameters.facts, *parameters.facts.values()]
    for said in texts:
        said.encode()
        assert "\0" not in said
    assert parameters.seed is None or 0 <= parameters.seed < 2**64
    for whole in (parameters.steps, parameters.width, parameters.height):
        assert whole is None or 0 <= whole < 2**31
    assert parameters.clip_skip is None or 0 <= parameters.clip_skip < 2**15
    weights = [use.weight for use in parameters.resources]
    weights += [use.clip_weight for use in parameters.resources]
    for number in (parameters.cfg_scale, parameters.denoise, *weights):
        assert number is None or math.isfinite(number)


@pytest.mark.parametrize("seed", SEEDS, ids=range(len(SEEDS)))
def test_a_file_cut_anywhere_is_read_as_far_as_it_goes(seed):
    for end in range(len(seed)):
        check(read(seed[:end]))


@QUIET
@given(
    seed=st.sampled_from(SEEDS),
    changes=st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=6)), max_size=12),
)
def test_a_file_with_bytes_changed_is_read(seed, changes):
    data = bytearray(seed)
    for place, replacement in changes:
        start = place % len(data)
        data[start : start + len(replacement)] = replacement
    check(read(bytes(data)))


@QUIET
@given(prefix=st.sampled_from([seed[:16] for seed in SEEDS]), rest=st.binary(max_size=4000))
def test_any_bytes_behind_a_magic_number_are_read(prefix, rest):
    check(read(prefix + rest))


@QUIET
@given(block=st.binary(max_size=600))
def test_any_bytes_as_exif_are_read(block):
    check(read(jpeg(exif(b"MM\0*\0\0\0\x08" + block))))
    check(read(jpeg(exif(b"II*\0\x08\0\0\0" + block))))


PIECES = [
    "Steps: 20", "Seed: 1", "Size: 8x8", "Negative prompt:", "Model: x", "Template:", "\n",
    ", ", ": ", '"', "\\", "{", "}", "[", "]", "<lora:x:1>", "Hashes: ", "Version: f1.0v1",
]  # fmt: skip
INFOTEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=40).map("".join)


@QUIET
@given(written=INFOTEXTS)
def test_any_infotext_is_understood(written):
    found = parsers.understand([RawRecord("png:tEXt", "parameters", written)]).parameters
    if found is not None:
        check_parameters(found)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=10)
    | st.tuples(st.sampled_from(list(basic())), st.integers(-1, 3)).map(list),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["on", "lora", "strength", "content", "name"]), inner)
    ),
    max_leaves=6,
)
NAMES = [
    *sorted({name for node in basic().values() for name in node["inputs"]}),
    "conditioning", "guider", "sigmas", "noise", "pipe", "delimiter", "text_a", "lora_name",
    "lora_1", "loras", "lora_stack", "on_true", "boolean", "select", "guidance", "", "value",
]  # fmt: skip


@QUIET
@given(
    changes=st.lists(
        st.tuples(st.sampled_from(list(basic())), st.sampled_from(NAMES), VALUES), max_size=25
    )
)
def test_any_graph_is_traced(changes):
    graph = basic()
    for key, name, value in changes:
        graph[key]["inputs"][name] = value
    found = parsers.understand([RawRecord("png:tEXt", "prompt", json.dumps(graph))]).parameters
    if found is not None:
        check_parameters(found)


def test_large_files_of_nothing_but_structure_end_soon():
    started = time.process_time()
    check(read(png(chunk(b"aaAa", b"") * 150_000)))
    check(read(b"\xff\xd8" + segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\xff\xff") * 50_000))
    check(read(webp(riff_chunk(b"ANMF", b"") * 150_000)))
    check(read(png(*[chunk(b"eXIf", BLOCK)] * 2000)))
    assert time.process_time() - started < 10
