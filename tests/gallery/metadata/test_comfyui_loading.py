import json

import pytest

from gallery.metadata import RawRecord
from gallery.metadata.parsers import comfyui
from gallery.metadata.parsers.evidence import Evidence
from tests.gallery.metadata.builders import chunk, exif, jpeg, png, read, riff_chunk, tiff, webp
from tests.gallery.metadata.graphs import basic

GRAPH = json.dumps(basic())


def parse(text, key="prompt", container="png:tEXt", problems=None):
    records = [RawRecord(container, key, text)]
    evidence = Evidence(records)
    answer = comfyui.parse(evidence)
    if problems is not None:
        problems += evidence.problems
    return answer


@pytest.mark.parametrize(
    ("key", "container", "text"),
    [
        ("prompt", "png:tEXt", GRAPH),
        ("prompt", "png:comf", GRAPH + "\0"),
        ("Model", "webp:exif", f"prompt:{GRAPH}"),
        ("Make", "jpeg:exif", f"Prompt: {GRAPH}"),
        ("0x010D", "webp:exif", f"PROMPT:{GRAPH}"),
        ("UserComment", "jpeg:exif", json.dumps({"prompt": basic(), "workflow": {}})),
        ("UserComment", "jpeg:exif", json.dumps({"prompt": GRAPH})),
        ("UserComment", "jpeg:exif", GRAPH),
    ],
)
def test_a_graph_is_found_wherever_savers_put_it(key, container, text):
    found = parse(text, key, container)
    assert found.prompt == "a cat"
    assert found.reason.startswith(f"{key} ({container}) holds a graph")


@pytest.mark.parametrize(
    ("key", "container", "text"),
    [
        ("prompt", "png:tEXt", "a cat, in plain words"),
        ("prompt", "png:tEXt", "{red|blue} car"),
        ("prompt", "png:tEXt", "{}"),
        ("prompt", "png:tEXt", "[]"),
        ("prompt", "png:tEXt", "null"),
        ("prompt", "png:tEXt", '{"1": {"class_type": 5, "inputs": {}}, "2": 3}'),
        ("workflow", "png:tEXt", '{"nodes": []}'),
        ("Model", "jpeg:exif", "prompt: camera"),
        ("Model", "jpeg:exif", "NIKON D850"),
        ("UserComment", "jpeg:exif", '{"prompt": "a cat"}'),
        ("Title", "png:tEXt", GRAPH),
    ],
)
def test_what_is_no_graph_is_no_answer_and_no_problem(key, container, text):
    problems = []
    assert parse(text, key, container, problems) is None
    assert problems == []


def test_a_node_may_be_called_prompt():
    graph = basic()
    graph["prompt"] = {"class_type": "Note", "inputs": {}}
    assert parse(json.dumps(graph)).prompt == "a cat"


def test_bare_nan_and_infinity_are_no_obstacle():
    text = GRAPH.replace('"denoise": 1.0', '"denoise": NaN').replace("7.5", "-Infinity")
    found = parse(text)
    assert (found.prompt, found.cfg_scale, found.denoise) == ("a cat", None, None)


def test_seeds_are_exact_and_endless_digits_harmless():
    assert parse(GRAPH.replace('"seed": 5', f'"seed": {2**64 - 1}')).seed == 2**64 - 1
    assert parse(GRAPH.replace('"seed": 5', '"seed": ' + "9" * 20_000)).seed is None


def test_numbers_as_links_are_the_same_ids():
    graph = {"1": basic()["empty"], **basic()}
    graph["sample"]["inputs"]["latent_image"] = [1, 0]
    assert parse(json.dumps(graph)).width == 640


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (GRAPH[:-20], "no valid JSON"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested too deeply"),
        ('{"a": "' + "x" * 5_000_000 + '"}', "longer than"),
    ],
)
def test_json_that_cannot_be_read_is_said(text, reason):
    problems = []
    assert parse(text, problems=problems) is None
    assert reason in problems[0]


def test_a_workflow_alone_is_kept_raw_without_parameters():
    found = read(png(chunk(b"tEXt", b"workflow\0" + b'{"nodes": [{"id": 1}]}')))
    assert found.records[0].key == "workflow"
    assert found.parameters is None
    assert found.problems == ()


def test_what_comfyui_writes_into_an_animated_webp_is_read():
    block = tiff(
        {0x010F: (2, b'workflow:{"nodes": []}\0'), 0x0110: (2, f"prompt:{GRAPH}\0".encode())}
    )
    found = read(webp(riff_chunk(b"EXIF", block)))
    assert found.parameters.prompt == "a cat"
    assert [record.key for record in found.records] == ["Make", "Model"]


def test_what_savers_write_into_a_jpeg_is_read():
    comment = json.dumps({"prompt": basic(), "workflow": {}}).encode()
    found = read(jpeg(exif(tiff({0x9286: (2, comment)}))))
    assert found.parameters.prompt == "a cat"
