import struct

from gallery import metadata
from tests import pictures
from tests.gallery.metadata.builders import SOF, SOS, exif, jpeg, read, segment, tiff

COMMENT = tiff({}, {0x9286: (7, b"UNICODE\0" + "a cat".encode("utf-16-be"))})


def test_size_and_every_text_are_read():
    found = read(
        jpeg(
            segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
            exif(COMMENT),
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
            segment(0xEB, b"JP c2pa"),
            segment(0xFE, b"made by hand"),
        )
    )
    assert (found.format, found.width, found.height) == ("jpeg", 6, 4)
    assert [(record.container, record.key, record.text) for record in found.records] == [
        ("jpeg:exif", "UserComment", "a cat"),
        ("jpeg:xmp", "xmp", "<x/>"),
        ("jpeg:comment", "COM", "made by hand"),
    ]
    assert found.problems == ()


def test_any_segment_may_come_first():
    for first in (segment(0xFE, b"x"), segment(0xDB, b"\0" * 65), exif(COMMENT), SOF):
        assert read(jpeg(first)).format == "jpeg"


def test_fill_bytes_and_a_little_garbage_between_segments_are_stepped_over():
    found = read(jpeg(b"\xff\xff\xff" + segment(0xFE, b"one"), b"\x01\x02\xff\x00", exif(COMMENT)))
    assert [record.text for record in found.records] == ["one", "a cat"]


def test_nothing_after_the_start_of_the_pixels_is_read():
    found = read(b"\xff\xd8" + SOF + SOS[:-2] + exif(COMMENT))
    assert found.records == ()


def test_size_is_as_displayed_where_exif_turns_the_picture():
    for orientation, expected in ((1, (6, 4)), (3, (6, 4)), (6, (4, 6)), (8, (4, 6)), (99, (6, 4))):
        found = read(jpeg(exif(tiff({0x0112: (3, struct.pack(">H", orientation))}))))
        assert (found.width, found.height) == expected


def test_a_cut_file_says_so_and_keeps_what_came_before():
    found = read(b"\xff\xd8" + segment(0xFE, b"made by hand") + SOF[:7])
    assert found.records[0].text == "made by hand"
    assert found.problems == ("The file ends before its picture data.",)


def test_a_segment_longer_than_the_file_is_read_as_far_as_it_goes():
    found = read(b"\xff\xd8\xff\xfe\xff\xf0made by")
    assert (found.records[0].text, found.records[0].is_damaged) == ("made by", True)
    assert found.problems == ("The file ends before its picture data.",)


def test_a_segment_shorter_than_its_own_length_ends_the_walk():
    found = read(b"\xff\xd8\xff\xe1\0\0" + SOF)
    assert found.problems == ("The file is damaged at byte 2; the rest was not read.",)


def test_a_file_without_a_frame_has_no_size():
    found = read(b"\xff\xd8" + SOS)
    assert found.width is None
    assert found.problems == ("The file has no size: its picture header is missing.",)


def test_segments_without_end_end():
    found = read(b"\xff\xd8" + segment(0xE5, b"") * 10_001)
    assert "more than 10000 parts" in found.problems[0]


def test_markers_hidden_in_garbage_do_not_take_for_ever():
    found = read(b"\xff\xd8\xff\xe5\0\x02" + b"\xff\x00" * 1_000_000)
    assert found.problems == ("The file ends before its picture data.",)


def test_what_pillow_writes_is_read(tmp_path):
    found = metadata.read(pictures.jpeg(tmp_path / "a.jpg", pictures.INFOTEXT))
    assert (found.width, found.height) == (64, 48)
    assert found.parameters.seed == 4183920117736
    assert found.problems == ()


def test_a_packet_of_xmp_in_several_segments_is_joined_in_its_order():
    packet = b"<x>" + b"a long text " * 20_000 + b"</x>"
    digest = b"0123456789ABCDEF" * 2
    pieces = [
        segment(
            0xE1,
            b"http://ns.adobe.com/xmp/extension/\0"
            + digest
            + struct.pack(">LL", len(packet), start)
            + packet[start : start + 65_000],
        )
        for start in range(0, len(packet), 65_000)
    ]
    found = read(jpeg(*reversed(pieces)))
    (record,) = found.records
    assert (record.container, record.key, record.text) == ("jpeg:xmp", "xmp", packet.decode())
    assert not record.is_damaged
    assert read(jpeg(*pieces[:-1])).records[0].is_damaged


def test_unusual_depth_and_colours_are_told():
    frame = segment(0xC1, struct.pack(">BHHB", 12, 4, 6, 4))
    assert read(jpeg(frame=frame)).media == (("Bit depth", "12"), ("Colour", "CMYK"))
    assert read(jpeg(frame=segment(0xC0, struct.pack(">BHHB", 8, 4, 6, 3)))).media == ()
