import struct

import pytest
from PIL import Image

from gallery import metadata
from tests.gallery.metadata.builders import read


@pytest.mark.parametrize(
    ("mode", "media"),
    [("RGB", ()), ("P", (("Bits per pixel", "8"),)), ("1", (("Bits per pixel", "1"),))],
)
def test_size_and_depth_are_read(tmp_path, mode, media):
    path = tmp_path / "a.bmp"
    Image.new(mode, (301, 77)).save(path)
    found = metadata.read(path)
    assert (found.format, found.width, found.height) == ("bmp", 301, 77)
    assert (found.media, found.problems) == (media, ())


def bmp(header: bytes, start: int = 54) -> bytes:
    return b"BM" + struct.pack("<LLL", 100, 0, start) + header + b"\0" * 60


def test_rows_from_top_to_bottom_have_a_height_below_zero():
    found = read(bmp(struct.pack("<LllHH", 40, 6, -4, 1, 24)))
    assert (found.width, found.height) == (6, 4)


def test_the_oldest_header_is_read():
    found = read(bmp(struct.pack("<LHHHH", 12, 6, 4, 1, 8)))
    assert (found.width, found.height) == (6, 4)


@pytest.mark.parametrize("sides", [(0, 4), (-6, 4), (6, 0), (6, -(2**31))])
def test_impossible_sizes_are_not_believed(sides):
    found = read(bmp(struct.pack("<LllHH", 40, *sides, 1, 24)))
    assert found.width is None
    assert "cannot be" in found.problems[0]


def test_a_cut_file_says_so():
    data = bmp(struct.pack("<LllHH", 40, 6, 4, 1, 24), start=5000)
    assert read(data).problems == ("The file ends before its picture data.",)
    assert read(data[:20]).problems == ("The file ends before its picture data.",)


def test_two_letters_are_not_enough_to_be_a_picture():
    assert read(b"BMW is a car, and this is a text").format == ""
