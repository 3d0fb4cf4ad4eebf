import struct
import zlib
from io import BytesIO

import pytest

from gallery import metadata
from gallery.metadata.containers.contents import RECORD_LIMIT, TEXT_LIMIT
from tests import pictures
from tests.gallery.metadata.builders import (
    IEND,
    SIGNATURE,
    chunk,
    ihdr,
    png,
    read,
    text,
    tiff,
)


def keys(found):
    return [(record.container, record.key, record.text) for record in found.records]


def test_a_picture_without_text_has_its_size_and_no_problems():
    found = read(png())
    assert (found.format, found.width, found.height) == ("png", 6, 4)
    assert found.records == ()
    assert found.parameters is None
    assert found.problems == ()


def test_every_kind_of_text_is_read_before_and_after_the_pixels():
    international = b"\0\0en\0Prompt\0" + "猫".encode()
    packed = b"\x01\0\0\0" + zlib.compress("狐".encode())
    found = read(
        png(
            text("a", "plain"),
            chunk(b"zTXt", b"b\0\0" + zlib.compress(b"packed")),
            chunk(b"iTXt", b"c\0" + international),
            after=chunk(b"iTXt", b"d\0" + packed) + chunk(b"comf", b"prompt\0{}"),
        )
    )
    assert keys(found) == [
        ("png:tEXt", "a", "plain"),
        ("png:zTXt", "b", "packed"),
        ("png:iTXt", "c", "猫"),
        ("png:iTXt", "d", "狐"),
        ("png:comf", "prompt", "{}"),
    ]
    assert found.problems == ()


def test_text_after_the_end_is_read_too():
    found = read(png() + text("parameters", "a cat"))
    assert keys(found) == [("png:tEXt", "parameters", "a cat")]
    assert found.problems == ()


def test_utf8_in_tEXt_wins_over_the_latin1_of_the_standard():
    found = read(png(text("a", "初音ミク".encode()), text("b", "café".encode("latin-1"))))
    assert [(record.text, record.encoding) for record in found.records] == [
        ("初音ミク", "utf-8"),
        ("café", "latin-1"),
    ]


def test_a_wrong_checksum_is_said_and_the_text_kept():
    found = read(png(chunk(b"tEXt", b"parameters\0a cat", checksum=1)))
    assert found.records[0].text == "a cat"
    assert found.records[0].is_damaged
    assert found.problems == ("A text's checksum is wrong; it was read all the same.",)


def test_positions_point_at_the_chunks():
    data = png(text("a", "x"))
    position = read(data).records[0].position
    assert data[position + 4 : position + 8] == b"tEXt"


def test_nuls_stay_in_the_record_and_leave_the_prompt():
    found = read(png(text("parameters", "a\0 cat\0\nSteps: 1, Seed: 2, Size: 6x4\0\0")))
    assert found.records[0].text.endswith("\0\0")
    assert found.parameters.prompt == "a cat"


def test_a_compressed_bomb_is_cut_and_does_not_hide_the_good_text():
    bomb = zlib.compress(b"a" * (TEXT_LIMIT + 10), 9)
    found = read(png(text("parameters", "a cat"), chunk(b"zTXt", b"x\0\0" + bomb)))
    assert found.records[0].text == "a cat"
    assert len(found.records[1].text) == TEXT_LIMIT
    assert found.records[1].is_damaged
    assert "too long" in found.problems[0]


def test_many_bombs_share_one_limit():
    bomb = chunk(b"zTXt", b"x\0\0" + zlib.compress(b"a" * TEXT_LIMIT, 9))
    found = read(png(*[bomb] * 8))
    assert sum(len(record.text) for record in found.records) <= 4 * TEXT_LIMIT
    assert any("too many texts" in problem for problem in found.problems)


def test_broken_compression_keeps_what_came_out_before_the_break():
    whole = zlib.compress(b"".join(b"%d, " % number for number in range(9000)))
    broken = whole[:4000] + b"\xff" * 50 + whole[4050:]
    found = read(png(chunk(b"zTXt", b"x\0\0" + broken)))
    assert found.records[0].text.startswith("0, 1, 2, ")
    assert found.records[0].is_damaged
    assert "damaged" in found.problems[0]


def test_a_cut_compressed_text_is_kept_as_far_as_it_goes():
    whole = zlib.compress(b"a cat " * 500)
    found = read(png(chunk(b"zTXt", b"x\0\0" + whole[:-6])))
    assert found.records[0].text.startswith("a cat a cat")
    assert "cut off" in found.problems[0]


def test_fifty_thousand_texts_end_at_the_limit():
    found = read(png(*[text("k", "v")] * 5000))
    assert len(found.records) == RECORD_LIMIT
    assert found.problems == ("The file holds too many texts; the rest was not read.",)


@pytest.mark.parametrize("length", [0x7FFFFFFF, 0xFFFFFFFF])
def test_a_text_that_claims_gigabytes_is_read_as_far_as_the_file_goes(length):
    lie = struct.pack(">L", length) + b"tEXtparameters\0a cat"
    found = read(SIGNATURE + ihdr() + lie)
    assert found.records[0].text == "a cat"
    assert found.records[0].is_damaged
    assert found.problems == ("The file ends in the middle of its data.",)


def test_a_file_cut_in_its_pixels_says_so():
    whole = png()
    for cut in (len(whole) - len(IEND), len(whole) - len(IEND) - 5):
        assert read(whole[:cut]).problems == ("The file ends in the middle of its picture data.",)


def test_a_file_that_is_only_a_signature_says_so():
    assert read(SIGNATURE).problems == ("The file ends before its picture data.",)


def test_nonsense_between_chunks_ends_the_walk():
    found = read(SIGNATURE + ihdr() + text("a", "b") + b"\0\0\0\x01\x02\x03\x04\x05garbage" * 3)
    assert len(found.records) == 1
    assert "damaged at byte" in found.problems[0]


@pytest.mark.parametrize(("width", "height"), [(0, 4), (6, 0), (2**31, 4), (2**32 - 1, 1)])
def test_impossible_sizes_are_not_believed(width, height):
    found = read(png(header=ihdr(width, height)))
    assert (found.width, found.height) == (None, None)
    assert "which cannot be" in found.problems[0]


def test_the_size_is_as_displayed_where_exif_turns_the_picture():
    block = tiff({0x0112: (3, struct.pack(">H", 6))})
    found = read(png(chunk(b"eXIf", block)))
    assert (found.width, found.height) == (4, 6)


def test_exif_in_a_png_is_read():
    block = tiff({}, {0x9286: (7, b"UNICODE\0" + "a cat".encode("utf-16-be"))})
    found = read(png(chunk(b"eXIf", block)))
    assert keys(found) == [("png:eXIf", "UserComment", "a cat")]


def test_pixels_are_stepped_over_not_read():
    class Counting(BytesIO):
        taken = 0

        def read(self, size=-1):
            data = super().read(size)
            self.taken += len(data)
            return data

    pixels = chunk(b"IDAT", b"\0" * 3_000_000)
    data = SIGNATURE + ihdr() + pixels + text("parameters", "a cat") + IEND
    file = Counting(data)
    found = metadata.read_stream(file, len(data))
    assert found.records[0].text == "a cat"
    assert file.taken < metadata.HEAD_SIZE + 1000


def test_a_head_read_before_is_not_read_again():
    data = png(text("parameters", "a cat"))

    class Closed(BytesIO):
        def read(self, size=-1):
            raise AssertionError("everything needed lies in the head")

    found = metadata.read_stream(Closed(), len(data), head=data)
    assert found.records[0].text == "a cat"


def test_what_pillow_writes_is_read(tmp_path):
    path = pictures.png(tmp_path / "a.png", {"parameters": "a cat", "Ünï": "狐"})
    found = metadata.read(path)
    assert [(record.container, record.text) for record in found.records] == [
        ("png:tEXt", "a cat"),
        ("png:iTXt", "狐"),
    ]
    assert (found.width, found.height) == (64, 48)


def test_a_chunk_bomb_ends():
    found = read(SIGNATURE + ihdr() + chunk(b"aaAa", b"") * 100_001)
    assert "more than 100000 parts" in found.problems[0]


def test_xmp_is_kept_whole_and_read():
    packet = b"<x><y/></x>"
    header = b"XML:com.adobe.xmp\0"
    found = read(
        png(
            chunk(b"iTXt", header + b"\0\0\0\0" + packet),
            chunk(b"iTXt", header + b"\1\0\0\0" + zlib.compress(packet)),
            chunk(b"tEXt", header + packet),
        )
    )
    assert keys(found) == [("png:xmp", "xmp", packet.decode())] * 3


def animation(*delays: tuple[int, int]) -> bytes:
    frames = [
        chunk(b"fcTL", struct.pack(">LLLLLHHBB", n, 6, 4, 0, 0, *delay, 0, 0))
        + chunk(b"fdAT", b"\0" * 50)
        for n, delay in enumerate(delays)
    ]
    return png(chunk(b"acTL", struct.pack(">LL", len(delays), 0)), after=b"".join(frames))


def test_an_animation_has_frames_and_a_time():
    found = read(animation((1, 10), (1, 10), (50, 0)))
    assert (found.duration_ms, found.media) == (700, (("Frames", "3"),))


def test_one_frame_is_no_animation():
    found = read(animation((1, 10)))
    assert (found.duration_ms, found.media) == (None, ())


@pytest.mark.parametrize(
    ("depth", "colour", "media"),
    [
        (8, 2, ()),
        (8, 6, (("Colour", "RGBA"),)),
        (16, 2, (("Bit depth", "16"),)),
        (1, 0, (("Bit depth", "1"), ("Colour", "Grey"))),
        (8, 3, (("Colour", "Palette"),)),
        (8, 99, ()),
    ],
)
def test_depth_and_colour_are_told_where_unusual(depth, colour, media):
    header = chunk(b"IHDR", struct.pack(">LLBBBBB", 6, 4, depth, colour, 0, 0, 0))
    assert read(png(header=header)).media == media


def profile(name: str) -> bytes:
    described = b"desc\0\0\0\0" + struct.pack(">L", len(name) + 1) + name.encode() + b"\0"
    table = struct.pack(">L4sLL", 1, b"desc", 144, len(described))
    return b"\0" * 36 + b"acsp" + b"\0" * 88 + table + described


@pytest.mark.parametrize(
    ("name", "media"),
    [("Display P3", (("Colour profile", "Display P3"),)), ("sRGB IEC61966-2.1", ())],
)
def test_a_colour_profile_is_named_unless_it_is_the_usual(name, media):
    packed = chunk(b"iCCP", b"icc\0\0" + zlib.compress(profile(name)))
    assert read(png(packed)).media == media


def test_a_colour_profile_that_is_a_bomb_or_broken_is_nothing():
    bomb = zlib.compress(b"\0" * 50_000_000)
    for data in (bomb, b"no zlib", b""):
        found = read(png(chunk(b"iCCP", b"icc\0\0" + data)))
        assert (found.media, found.problems) == ((), ())


def test_what_imagemagick_packs_as_text_is_unpacked():
    block = b"Exif\0\0" + tiff({0x010E: (2, b"a cat\0")})
    packed = b"\nexif\n%8d\n%s\n" % (len(block), block.hex().encode())
    found = read(png(chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(packed))))
    assert keys(found) == [("png:exif", "ImageDescription", "a cat")]
    found = read(png(text("Raw profile type exif", "\nexif\n 4\nnot hex\n")))
    assert keys(found)[0][1] == "Raw profile type exif"


@pytest.mark.parametrize("length", [0x7FFFFFFF, 0xFFFFFFFF, 5000])
def test_a_text_that_claims_more_than_the_file_ends_at_the_next_part(length):
    whole = png(text("parameters", "a cat"), text("b", "c"))
    place = whole.index(b"tEXt") - 4
    found = read(whole[:place] + struct.pack(">L", length) + whole[place + 4 :])
    assert keys(found) == [("png:tEXt", "parameters", "a cat"), ("png:tEXt", "b", "c")]
    assert found.problems == ("A text says a wrong length; it was read up to the next part.",)


def test_a_text_without_a_key_is_kept():
    assert keys(read(png(chunk(b"tEXt", b"a cat")))) == [("png:tEXt", "", "a cat")]
