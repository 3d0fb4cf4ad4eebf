from io import BytesIO

import pytest

from gallery.metadata.containers import boxes
from gallery.metadata.containers.boxes import Boxes
from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.source import Source
from tests.gallery.metadata.box_builders import box, ftyp


def walk(data):
    contents = Contents()
    return Boxes(Source(BytesIO(data), len(data), data[:16]), contents), contents


def kinds(data):
    walked, contents = walk(data)
    return [(found.kind, found.end - found.start) for found in walked.top()], contents.problems


def test_boxes_follow_one_another():
    assert kinds(box(b"ftyp", b"abcd") + box(b"free") + box(b"mdat", b"12")) == (
        [(b"ftyp", 4), (b"free", 0), (b"mdat", 2)],
        [],
    )


def test_a_size_of_one_means_a_size_of_eight_bytes():
    large = b"\0\0\0\1mdat" + (20).to_bytes(8, "big") + b"1234"
    assert kinds(large + box(b"free")) == ([(b"mdat", 4), (b"free", 0)], [])


def test_a_size_of_zero_reaches_to_the_end():
    assert kinds(box(b"free") + box(b"mdat", b"12345", size=0)) == (
        [(b"free", 0), (b"mdat", 5)],
        [],
    )


def test_a_uuid_belongs_to_the_kind():
    uuid = bytes(range(16))
    walked, _ = walk(box(b"uuid", uuid, b"data"))
    (found,) = walked.top()
    assert (found.kind, walked.data(found)) == (b"uuid" + uuid, b"data")


@pytest.mark.parametrize(
    "lie",
    [
        box(b"mdat", b"12", size=2**32 - 1),
        b"\0\0\0\1mdat" + (2**64 - 1).to_bytes(8, "big") + b"12",
    ],
)
def test_a_box_never_reaches_beyond_the_file(lie):
    found, problems = kinds(lie)
    assert found == [(b"mdat", 2)]
    assert problems == ["The file is shorter than it says; its end is missing."]


def test_a_box_never_reaches_beyond_the_one_that_holds_it():
    data = box(b"moov", box(b"trak", b"12", size=50)) + box(b"mdat", b"\0" * 100)
    walked, contents = walk(data)
    (trak,) = walked.children(next(walked.top()))
    assert (trak.end - trak.start, trak.is_cut) == (2, True)
    assert "byte 8 is longer than what holds it" in contents.problems[0]


@pytest.mark.parametrize("size", [2, 4, 7])
def test_a_size_below_its_own_header_ends_the_walk(size):
    found, problems = kinds(box(b"free") + box(b"mdat", b"12", size=size))
    assert found == [(b"free", 0)]
    assert problems == ["The file is damaged at byte 8; the rest was not read."]


def test_a_large_size_below_its_own_header_ends_the_walk():
    assert kinds(b"\0\0\0\1mdat" + (8).to_bytes(8, "big"))[0] == []


def test_what_is_named_like_no_box_ends_the_walk():
    found, problems = kinds(box(b"free") + b"\0\0\0\x10\x01\x02\x03\x04aaaaaaaa")
    assert found == [(b"free", 0)]
    assert problems == ["The file is damaged at byte 8; the rest was not read."]


def test_all_walks_share_one_count():
    walked, contents = walk(box(b"free") * 40_000)
    assert len(list(walked.top())) == 40_000
    assert len(list(walked.top())) == 10_000
    assert contents.problems == ["The file has more than 50000 parts; the rest was not read."]


def test_tables_are_bounded_together():
    walked, _ = walk(box(b"free", b"\0" * 1_000_000))
    (found,) = walked.top()
    assert len(walked.data(found)) == 256 * 1024
    assert sum(len(walked.data(found)) for _ in range(50)) < 2 * 1024 * 1024


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (ftyp(b"avif", b"mif1", b"miaf"), (b"avif", b"mif1", b"miaf")),
        (ftyp(b"isom"), (b"isom",)),
        (box(b"ftyp", b"isom\0\0\0\0", b"mp41", size=2**31), (b"isom", b"mp41")),
        (box(b"ftyp", b"isom\0\0\0\0", b"mp41", size=0), (b"isom",)),
        (box(b"moov"), ()),
        (b"", ()),
    ],
)
def test_brands_are_read_whatever_the_size_says(head, expected):
    assert boxes.brands(head) == expected
