import json
import struct

import pytest

from gallery import metadata
from tests.gallery.metadata.box_builders import (
    QUARTER_TURN,
    box,
    data,
    ftyp,
    full,
    ilst,
    mp4,
    mvhd,
    named,
    trak,
    user_text,
)
from tests.gallery.metadata.builders import read

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'
XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
TEXTS = {"prompt": '{"3": {}}', "workflow": '{"nodes": [], "name": "狐"}', "AIGC": '{"Label": "1"}'}


def texts(found):
    return {record.key: record.text for record in found.records}


def test_size_and_duration_come_from_the_headers():
    found = read(mp4())
    assert (found.format, found.width, found.height) == ("mp4", 64, 48)
    assert found.duration_ms == 1500
    assert found.problems == ()


def test_named_keys_are_kept_as_they_are():
    found = read(mp4(box(b"udta", full(b"meta", named(TEXTS)))))
    assert texts(found) == TEXTS
    assert {record.container for record in found.records} == {"mp4:mdta"}
    assert found.problems == ()


def test_metadata_beside_the_user_data_is_read_without_version_and_flags():
    assert texts(read(mp4(box(b"meta", named(TEXTS)), major=b"qt  "))) == TEXTS


def test_itunes_items_get_the_names_that_everybody_uses():
    found = read(mp4(box(b"udta", full(b"meta", ilst(ccmt="a cat", ctoo="Lavf", czzz="more")))))
    assert texts(found) == {"comment": "a cat", "encoder": "Lavf", "\xa9zzz": "more"}
    assert found.records[0].container == "mp4:ilst"


def test_the_envelope_of_old_videohelpersuite_is_kept_whole():
    envelope = json.dumps({"prompt": json.dumps({"3": {}}), "workflow": {"nodes": []}})
    found = read(mp4(box(b"udta", full(b"meta", ilst(ccmt=envelope)))))
    assert texts(found) == {"comment": envelope}


def test_free_items_are_called_by_their_own_name():
    item = box(b"----", full(b"mean", b"com.apple"), full(b"name", b"parameters"), data("a cat"))
    found = read(mp4(box(b"udta", full(b"meta", box(b"ilst", item)))))
    assert texts(found) == {"parameters": "a cat"}


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("a 狐".encode(), 1, "a 狐"),
        ("a 狐".encode("utf-16-be"), 2, "a 狐"),
        ("a 狐".encode("utf-16"), 2, "a 狐"),
        (b"caf\xe9", 1, "café"),
        (b"plain", 0, "plain"),
    ],
)
def test_texts_are_read_in_the_encoding_they_say(value, kind, expected):
    items = box(b"ilst", box(b"\xa9cmt", data(value, kind)))
    assert texts(read(mp4(box(b"udta", full(b"meta", items))))) == {"comment": expected}


@pytest.mark.parametrize("kind", [13, 14, 21, 27])
def test_pictures_and_numbers_are_no_texts(kind):
    items = box(b"ilst", box(b"covr", data(b"\xff\xd8\xff", kind)))
    assert read(mp4(box(b"udta", full(b"meta", items)))).records == ()


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("a 狐".encode(), 0x55C4, "a 狐"),
        ("a 狐".encode("utf-16"), 0x55C4, "a 狐"),
        (b"caf\x8e", 0, "café"),
        (b"caf\xe9", 0x55C4, "café"),
        (b"long " * 20_000, 0x55C4, "long " * 20_000),
    ],
    ids=["utf-8", "utf-16", "macintosh", "latin", "longer than its number"],
)
def test_user_data_of_quicktime_is_read(text, language, expected):
    found = read(mp4(box(b"udta", user_text(b"cmt", text, language)), major=b"qt  "))
    assert texts(found) == {"comment": expected}
    assert (found.format, found.records[0].container) == ("mov", "mp4:udta")


def test_the_first_language_is_taken():
    both = struct.pack(">HH", 5, 0) + b"first" + struct.pack(">HH", 6, 1) + b"second"
    assert texts(read(mp4(box(b"udta", box(b"\xa9cmt", both))))) == {"comment": "first"}


def test_the_zeros_that_end_user_data_are_no_damage():
    found = read(mp4(box(b"udta", user_text(b"nam", b"a cat"), b"\0\0\0\0")))
    assert (texts(found), found.problems) == ({"title": "a cat"}, ())


def test_3gpp_texts_are_read():
    title = full(b"titl", b"\x55\xc4", "a 狐".encode() + b"\0")
    assert texts(read(mp4(box(b"udta", title)))) == {"title": "a 狐"}


@pytest.mark.parametrize("is_last", [True, False])
def test_xmp_is_read_from_its_box(is_last):
    packet = box(b"uuid", XMP_UUID, XMP)
    found = read(mp4(after=packet) if is_last else mp4(before=packet))
    assert [(record.container, record.text) for record in found.records] == [
        ("mp4:xmp", XMP.decode())
    ]
    assert texts(read(mp4(box(b"udta", box(b"XMP_", XMP)), major=b"qt  "))) == {"xmp": XMP.decode()}


def test_the_movie_may_come_first():
    moov = box(b"moov", mvhd(), trak(), box(b"udta", full(b"meta", named(TEXTS))))
    found = read(ftyp(b"isom") + moov + box(b"mdat", b"\0" * 1000, size=0))
    assert (texts(found), found.problems) == (TEXTS, ())


def test_a_turned_video_lies_on_its_side():
    moov = box(b"moov", mvhd(), trak(1920, 1080, matrix=QUARTER_TURN))
    found = read(ftyp(b"isom") + moov)
    assert (found.width, found.height) == (1080, 1920)


def test_the_size_is_that_of_the_video_not_of_sound_or_subtitles():
    moov = box(b"moov", trak(0, 0, handler=b"soun"), trak(9, 9, handler=b"text"), trak(640, 360))
    found = read(ftyp(b"isom") + moov)
    assert (found.width, found.height) == (640, 360)


def test_sound_alone_has_no_size():
    found = read(ftyp(b"isom") + box(b"moov", mvhd(), trak(0, 0, handler=b"soun")))
    assert found.problems == ("The file holds no video that has a size.",)


def test_a_recording_broken_off_is_said():
    found = read(ftyp(b"isom") + box(b"mdat", b"\0" * 50, size=5000))
    assert found.problems[0] == "The file is shorter than it says; its end is missing."
    assert "header is missing" in found.problems[1]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (mvhd(90_000, 90_000, version=1), 1000),
        (mvhd(2**32 - 1), None),
        (mvhd(2**64 - 1, version=1), None),
        (mvhd(2**62, 1, version=1), None),
        (mvhd(5, 0), None),
        (mvhd(0), None),
        (full(b"mvhd", b"\0" * 8), None),
    ],
)
def test_a_duration_that_cannot_be_is_left_out(header, expected):
    found = read(ftyp(b"isom") + box(b"moov", header, trak()))
    assert (found.duration_ms, found.width) == (expected, 64)


def test_fragments_tell_their_length_apart():
    extends = box(b"mvex", full(b"mehd", struct.pack(">L", 2500)))
    found = read(ftyp(b"iso5") + box(b"moov", mvhd(0), extends, trak()))
    assert found.duration_ms == 2500


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (ftyp(b"qt  "), "mov"),
        (box(b"wide"), "mov"),
        (box(b"mdat", b"\0" * 9), "mov"),
        (ftyp(b"isom"), "mp4"),
        (ftyp(b"avc1", b"qt  "), "mp4"),
        (ftyp(b"M4V ", b"M4A ", b"mp42"), "mp4"),
        (ftyp(b"3gp5"), "mp4"),
    ],
)
def test_the_brand_tells_mp4_from_quicktime(start, expected):
    assert read(start + box(b"moov", mvhd(), trak()), name="a.png").format == expected


@pytest.mark.parametrize("brands", [(b"M4A ",), (b"crx ",), (b"heic",), (b"abcd", b"heic")])
def test_other_files_of_boxes_are_not_read(brands):
    assert read(ftyp(*brands) + box(b"moov", mvhd(), trak())).format == ""


def test_an_item_without_a_key_is_kept_by_its_number():
    inside = named({"prompt": "x"})
    place = inside.index(b"ilst") + 8
    lying = inside[:place] + b"\0\0\0\7" + inside[place + 4 :]
    assert texts(read(mp4(box(b"udta", full(b"meta", lying))))) == {"7": "x"}


@pytest.mark.parametrize("count", [0, 2**32 - 1])
def test_a_count_of_keys_that_lies_misleads_nobody(count):
    meta = named(TEXTS)
    place = meta.index(b"keys") + 8
    lying = meta[:place] + struct.pack(">L", count) + meta[place + 4 :]
    assert texts(read(mp4(box(b"udta", full(b"meta", lying))))) == TEXTS


def test_a_text_cut_by_the_end_of_the_file_is_damaged():
    whole = mp4(box(b"udta", full(b"meta", ilst(ccmt="a long text"))))
    found = read(whole[:-5])
    assert (found.records[0].text, found.records[0].is_damaged) == ("a long", True)


def test_four_gigabytes_before_the_header_cost_nothing(tmp_path):
    path = tmp_path / "a.mp4"
    with path.open("wb") as file:
        file.write(ftyp(b"isom") + b"\0\0\0\1mdat" + struct.pack(">Q", 2**32 + 16))
        file.seek(2**32, 1)
        file.write(box(b"moov", mvhd(), trak(), box(b"udta", full(b"meta", named(TEXTS)))))
    found = metadata.read(path)
    assert (texts(found), found.width, found.problems) == (TEXTS, 64, ())
