import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, TiffImagePlugin

from gallery import metadata
from tests.gallery.metadata.builders import read, tiff

SIZE = {0x0100: 6, 0x0101: 4}


def sides(order: str = ">") -> dict[int, tuple[int, bytes]]:
    return {tag: (3, struct.pack(order + "H", side)) for tag, side in SIZE.items()}


def big_tiff(tag: int, value: bytes, order: str = "<") -> bytes:
    entries = {
        **{key: struct.pack(order + "HHQQ", key, 4, 1, 0)[:-8] for key in SIZE},
        tag: struct.pack(order + "HHQ", tag, 2, len(value)),
    }
    start = 16 + 8 + 20 * len(entries) + 8
    table = b""
    for key, entry in sorted(entries.items()):
        place = struct.pack(order + "L4x", SIZE[key]) if key in SIZE else b""
        table += entry + (place or struct.pack(order + "Q", start))
    mark = b"II" if order == "<" else b"MM"
    head = mark + struct.pack(order + "HHHQ", 43, 8, 0, 16)
    return head + struct.pack(order + "Q", len(entries)) + table + b"\0" * 8 + value


@pytest.mark.parametrize("order", ["<", ">"])
def test_size_texts_and_the_exif_directory_are_read(order):
    first = {**sides(order), 0x010E: (2, b"a cat\0"), 0x0131: (2, b"a program\0")}
    comment = {0x9286: (7, b"UNICODE\0" + "a fox".encode("utf-16-be"))}
    found = read(tiff(first, comment, order))
    assert (found.format, found.width, found.height) == ("tiff", 6, 4)
    assert [(record.container, record.key, record.text) for record in found.records] == [
        ("tiff:exif", "ImageDescription", "a cat"),
        ("tiff:exif", "Software", "a program"),
        ("tiff:exif", "UserComment", "a fox"),
    ]
    assert found.problems == ()


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_64_bit_form_is_read(order):
    found = read(big_tiff(0x010E, b"a cat, a dog\0", order))
    assert (found.width, found.height) == (6, 4)
    assert [record.text for record in found.records] == ["a cat, a dog"]


def test_xmp_is_read():
    found = read(tiff({**sides(), 0x02BC: (1, b"<x>1</x>")}))
    assert [(record.container, record.key, record.text) for record in found.records] == [
        ("tiff:xmp", "xmp", "<x>1</x>")
    ]


def test_the_size_is_as_displayed():
    found = read(tiff({**sides(), 0x0112: (3, b"\0\x06")}))
    assert (found.width, found.height) == (4, 6)


def test_raw_pictures_of_cameras_say_so():
    assert "raw picture" in read(tiff({**sides(), 0xC612: (1, b"\1\4\0\0")})).problems[0]


def test_pages_that_lead_in_a_circle_are_counted_once():
    data = tiff(sides())
    end = 8 + 2 + 12 * 2
    found = read(data[:end] + struct.pack(">L", 8) + data[end + 4 :])
    assert found.media == ()


def test_a_file_without_a_size_says_so():
    assert "no size" in read(tiff({0x010E: (2, b"a cat\0")})).problems[0]
    assert read(b"MM\0*\0\0").problems == ("The file ends before its picture data.",)


@pytest.mark.parametrize(
    ("mode", "media"),
    [
        ("RGB", ()),
        ("RGBA", (("Colour", "RGBA"),)),
        ("CMYK", (("Colour", "CMYK"),)),
        ("I;16", (("Bit depth", "16"), ("Colour", "Grey"))),
    ],
)
def test_what_pillow_writes_is_read(tmp_path, mode, media):
    path = tmp_path / "a.tif"
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[0x010E] = "a cat"
    Image.new(mode, (301, 77)).save(path, tiffinfo=tags, compression="tiff_lzw")
    found = metadata.read(path)
    assert (found.width, found.height, found.media) == (301, 77, media)
    assert found.records[0].text == "a cat"


def test_pages_are_counted(tmp_path):
    path = tmp_path / "a.tif"
    pages = [Image.new("RGB", (6, 4)) for _ in range(3)]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    assert metadata.read(path).media == (("Pages", "3"),)


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(
    start=st.sampled_from([b"II*\0", b"MM\0*", b"II+\0\x08\0\0\0"]), rest=st.binary(max_size=900)
)
def test_any_bytes_are_read(start, rest):
    for record in read(start + rest).records:
        record.text.encode()
