import struct
import time

import pytest
from PIL import Image

from gallery import metadata
from tests.gallery.metadata.builders import read
from tests.gallery.metadata.gifs import blocks, comment, frame, gif

XMP_TRAILER = b"\x01" + bytes(range(255, -1, -1)) + b"\0"


def test_size_and_comment_are_read():
    found = read(gif(comment(b"a cat" * 100), frame()))
    assert (found.format, found.width, found.height) == ("gif", 6, 4)
    (record,) = found.records
    assert (record.container, record.key, record.text) == ("gif:comment", "COM", "a cat" * 100)
    assert found.problems == ()
    assert (found.duration_ms, found.media) == (None, ())


def test_comments_behind_the_pixels_and_behind_colour_tables_are_read():
    screen = struct.pack("<HHBBB", 6, 4, 0x81, 0, 0) + b"\0" * 12
    found = read(gif(frame(5, 0x82, b"\0" * 24), comment("狐".encode()), screen=screen))
    assert [record.text for record in found.records] == ["狐"]


def test_the_frames_of_an_animation_give_its_time():
    found = read(gif(frame(5), frame(20), frame(0), frame()))
    # What is too short to be seen is shown for a tenth of a second.
    assert found.duration_ms == 50 + 200 + 100 + 100
    assert found.media == (("Frames", "4"),)


@pytest.mark.parametrize(
    "written", [b"<x>1</x>" + XMP_TRAILER, blocks(b"<x>1</x>")], ids=["bare", "in blocks"]
)
def test_xmp_is_read(written):
    found = read(gif(b"\x21\xff" + b"\x0bXMP DataXMP" + written, comment(b"next"), frame()))
    assert [(record.container, record.key, record.text) for record in found.records] == [
        ("gif:xmp", "xmp", "<x>1</x>"),
        ("gif:comment", "COM", "next"),
    ]


def test_other_extensions_are_stepped_over():
    found = read(gif(b"\x21\xff\x0bNETSCAPE2.0" + blocks(b"\x01\0\0"), b"\x21\x01\0", frame()))
    assert (found.records, found.problems) == ((), ())


def test_an_empty_screen_takes_the_size_of_the_first_frame():
    found = read(gif(frame(), screen=b"\0" * 7))
    assert (found.width, found.height) == (6, 4)


def test_a_cut_file_keeps_what_came_before():
    data = gif(comment(b"a cat"), frame(), frame())
    for end in range(14, len(data)):
        found = read(data[:end])
        assert found.format == "gif"
        assert any("file ends" in problem for problem in found.problems)
    assert read(data[:-3]).records[0].text == "a cat"


def test_nonsense_between_blocks_ends_the_walk():
    found = read(gif(frame(), b"\x07nonsense"))
    assert "damaged at byte" in found.problems[0]


def test_endless_blocks_end():
    data = gif(frame()[:-4], b"\x01a" * 4_000_000)
    started = time.process_time()
    assert "more than 3000000 parts" in read(data).problems[0]
    assert time.process_time() - started < 2


def test_what_pillow_writes_is_read(tmp_path):
    path = tmp_path / "a.gif"
    frames = [Image.new("P", (301, 77), shade) for shade in range(3)]
    for index, picture in enumerate(frames):
        picture.putpalette(bytes(range(256)) * 3)
        picture.putpixel((index, 0), 200)
    frames[0].save(
        path, save_all=True, append_images=frames[1:], duration=[40, 50, 60], comment="a cat"
    )
    found = metadata.read(path)
    assert (found.width, found.height, found.duration_ms) == (301, 77, 150)
    assert found.records[0].text == "a cat"
    assert found.problems == ()
