import struct

import pytest

from tests.gallery.metadata.box_builders import (
    INFO,
    TRACKS,
    UNKNOWN,
    VIDEO,
    cluster,
    element,
    matroska,
    number,
    seek_head,
    tag,
    tags,
)
from tests.gallery.metadata.builders import read

TAGS = tags(PROMPT='{"3": {}}', COMMENT="a 狐")
SAID = {"prompt": '{"3": {}}', "comment": "a 狐"}
LATE = 0x1254C367


def texts(found):
    return {
        record.key: record.text for record in found.records if record.container == "matroska:tag"
    }


def test_size_duration_and_tags_are_read():
    found = read(matroska(INFO, TRACKS, TAGS, cluster()))
    assert (found.format, found.width, found.height) == ("webm", 64, 48)
    assert found.duration_ms == 1500
    assert texts(found) == SAID
    assert [record.key for record in found.records if record.key not in SAID] == ["muxing_app"]
    assert found.problems == ()


@pytest.mark.parametrize(("doc_type", "expected"), [(b"webm", "webm"), (b"matroska", "mkv")])
def test_the_document_type_tells_webm_from_matroska(doc_type, expected):
    assert read(matroska(INFO, TRACKS, doc_type=doc_type), name="a.mp4").format == expected


@pytest.mark.parametrize("clusters", [1, 3000])
def test_tags_behind_the_clusters_are_found_by_walking(clusters):
    assert texts(read(matroska(INFO, TRACKS, cluster() * clusters, TAGS))) == SAID


def test_parts_without_a_size_are_stepped_into():
    found = read(matroska(INFO, TRACKS, cluster(UNKNOWN), cluster(UNKNOWN), TAGS, size=UNKNOWN))
    assert (texts(found), found.width, found.problems) == (SAID, 64, ())


def indexed(*between, offset=0, kind=LATE):
    """A file whose index lists tags behind 60,000 clusters, too many to be walked."""
    start = seek_head({kind: 0})
    body = INFO + TRACKS + b"".join(between) + cluster() * 60_000
    return matroska(seek_head({kind: len(start) + len(body) + offset}), body, TAGS)


def test_tags_are_found_by_the_index():
    found = read(indexed())
    assert (texts(found), found.problems) == (SAID, ())


def test_an_index_may_list_another_index():
    behind = cluster() * 60_000
    first, second = seek_head({0x114D9B74: 0}), seek_head({LATE: 0})
    place = len(first) + len(TRACKS) + len(behind)
    data = matroska(
        seek_head({0x114D9B74: place}),
        TRACKS,
        behind,
        seek_head({LATE: place + len(second)}),
        TAGS,
    )
    assert texts(read(data)) == SAID


@pytest.mark.parametrize("offset", [1, 2**31])
def test_an_index_that_lies_is_not_believed(offset):
    data = matroska(seek_head({LATE: offset}), INFO, TRACKS, cluster() * 5, TAGS)
    found = read(data)
    assert (texts(found), found.problems) == (SAID, ())


def test_an_index_of_what_was_read_already_reads_nothing_twice():
    place = len(seek_head({LATE: 0}))
    found = read(matroska(seek_head({LATE: place}), TAGS, TRACKS, cluster()))
    assert len(found.records) == 2


def test_more_parts_than_a_day_has_end_the_walk():
    found = read(matroska(TRACKS, cluster() * 60_000, TAGS))
    assert texts(found) == {}
    assert found.problems == ("The file has more than 50000 parts; the rest was not read.",)


def test_the_shown_size_counts():
    shown = VIDEO + element(0x54B0, number(1280)) + element(0x54BA, number(720))
    found = read(matroska(element(0x1654AE6B, element(0xAE, element(0xE0, shown)))))
    assert (found.width, found.height) == (1280, 720)


def test_a_shown_size_that_is_only_a_ratio_does_not_count():
    ratio = element(0x54B0, number(16)) + element(0x54BA, number(9)) + element(0x54B2, b"\3")
    found = read(matroska(element(0x1654AE6B, element(0xAE, element(0xE0, VIDEO + ratio)))))
    assert (found.width, found.height) == (64, 48)


def test_sound_alone_has_no_size():
    sound = element(0x1654AE6B, element(0xAE, element(0x83, b"\2")))
    assert read(matroska(sound)).problems == ("The file holds no video that has a size.",)


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        (struct.pack(">f", 250.0), 250),
        (struct.pack(">d", float("nan")), None),
        (struct.pack(">d", float("inf")), None),
        (struct.pack(">d", -5.0), None),
        (struct.pack(">d", 1e300), None),
        (b"\1\2", None),
    ],
)
def test_a_duration_that_cannot_be_is_left_out(duration, expected):
    info = element(0x1549A966, element(0x4489, duration))
    assert read(matroska(info, TRACKS)).duration_ms == expected


def test_tags_within_tags_are_read_to_a_depth():
    inner = element(0x67C8, element(0x45A3, b"LANGUAGE"), element(0x4487, b"en"))
    assert texts(read(matroska(TRACKS, element(LATE, tag("TITLE", "a", inner))))) == {
        "title": "a",
        "language": "en",
    }
    deep = element(0x67C8, element(0x45A3, b"END"), element(0x4487, b"x"))
    for _ in range(500):
        deep = element(0x67C8, deep)
    assert texts(read(matroska(TRACKS, element(LATE, element(0x7373, deep))))) == {}


def test_a_text_cut_by_the_end_of_the_file_is_damaged():
    found = read(matroska(TRACKS, tags(COMMENT="a long text"))[:-5])
    assert (found.records[0].text, found.records[0].is_damaged) == ("a long", True)
    assert found.problems == ("The file is shorter than it says; its end is missing.",)


@pytest.mark.parametrize("junk", [b"\0\0\0\0", b"\x08\0\0\0\0\x80", b"\xec\0"])
def test_what_is_no_element_ends_the_walk(junk):
    data = matroska(TRACKS, junk + b"\0" * 20, TAGS)
    found = read(data)
    assert found.width == 64
    place = data.index(TRACKS) + len(TRACKS)
    assert found.problems == (f"The file is damaged at byte {place}; the rest was not read.",)


def test_a_file_of_nothing_but_its_header_is_said():
    found = read(b"\x1aE\xdf\xa3\x87\x42\x82\x84webm")
    assert found.format == "webm"
    assert found.problems[0] == "The file ends before its video data."
