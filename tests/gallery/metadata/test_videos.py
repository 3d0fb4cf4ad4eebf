"""Videos as the real writers leave them: each generator's texts come out of each format."""

import json
from pathlib import Path

import pytest

from gallery import metadata
from tests.gallery.metadata.builders import read
from tests.gallery.metadata.clips import FRAMES, FRAMES_PER_SECOND, SIZE, clip
from tests.pictures import GRAPH, INFOTEXT

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"
MILLISECONDS = FRAMES * 1000 // FRAMES_PER_SECOND
TEXTS = {"prompt": json.dumps(GRAPH), "workflow": '{"nodes": [], "about": "狐"}'}
NAMED = {"movflags": "use_metadata_tags"}


def texts(found):
    return {record.key: record.text for record in found.records}


@pytest.mark.parametrize(
    ("form", "options", "expected"),
    [
        ("mp4", NAMED, "mp4"),
        ("mov", NAMED, "mov"),
        ("matroska", {}, "mkv"),
        ("webm", {}, "webm"),
    ],
)
def test_a_graph_saved_by_comfyui_is_found(form, options, expected):
    found = read(clip(form, TEXTS, options=options))
    assert (found.format, found.width, found.height) == (expected, *SIZE)
    assert found.duration_ms == MILLISECONDS
    assert TEXTS.items() <= texts(found).items()
    assert found.parameters.prompt == "a bottle with a galaxy inside"
    assert found.parameters.seed == 18446744073709551615
    assert found.problems == ()


@pytest.mark.parametrize("form", ["mp4", "mov", "ipod", "matroska", "webm", "avi"])
@pytest.mark.parametrize("filler", ["", "x" * 100_000])
def test_a_comment_of_any_length_is_found(form, filler):
    envelope = json.dumps({"prompt": json.dumps(GRAPH), "workflow": {"nodes": [], "of": filler}})
    found = read(clip(form, {"comment": envelope, "title": "狐"}))
    assert (found.width, found.height) == SIZE
    assert found.duration_ms == MILLISECONDS
    assert texts(found)["comment"] == envelope
    assert texts(found)["title"] == "狐"
    assert found.problems == ()


def test_infotext_in_a_video_is_understood():
    found = read(clip("mp4", {"parameters": INFOTEXT}, options=NAMED))
    assert found.parameters.steps == 28


@pytest.mark.parametrize("form", ["matroska", "webm"])
def test_a_recording_written_from_front_to_back_is_read(form):
    found = read(clip(form, TEXTS, is_seekable=False))
    assert TEXTS.items() <= texts(found).items()
    assert (found.width, found.duration_ms, found.problems) == (64, None, ())


def test_an_avi_written_from_front_to_back_is_read():
    found = read(clip("avi", {"comment": "a cat"}, is_seekable=False))
    assert (texts(found)["comment"], found.width, found.problems) == ("a cat", 64, ())


@pytest.mark.parametrize("flags", ["frag_keyframe+empty_moov", "frag_every_frame+empty_moov"])
def test_a_video_in_fragments_is_read(flags):
    found = read(clip("mp4", TEXTS, options={"movflags": f"{flags}+use_metadata_tags"}))
    assert TEXTS.items() <= texts(found).items()
    assert (found.width, found.problems) == (64, ())


def test_a_name_that_lies_is_not_believed(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(clip("webm", TEXTS))
    found = metadata.read(path)
    assert (found.format, found.parameters.steps) == ("webm", 20)


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="no sample corpus beside the checkout")
@pytest.mark.parametrize(
    ("name", "key", "duration_ms"),
    [
        ("comfy_savevideo.mp4", "prompt", 500),
        ("comfy_savevideo.mkv", "prompt", 500),
        ("comfy_savewebm.webm", "prompt", 500),
        ("vhs_comment.mp4", "comment", 125),
    ],
)
def test_graphs_of_the_corpus_are_found(name, key, duration_ms):
    found = metadata.read(CORPUS / "metadata" / "_writer_synth" / name)
    assert (found.width, found.height) == (128, 96)
    assert found.duration_ms == duration_ms
    assert "beautiful scenery" in texts(found)[key]
    assert found.problems == ()
