import struct
from io import BytesIO

import pytest
from PIL import Image

from gallery import metadata
from tests import pictures
from tests.gallery.metadata.box_builders import (
    avif,
    box,
    ftyp,
    full,
    iprp,
    ispe,
    mp4,
    mvhd,
    trak,
)
from tests.gallery.metadata.builders import read, tiff

BLOCK = tiff({0x0110: (2, b"a cat\0")})
EXIF = (b"Exif", b"", b"\0\0\0\0" + BLOCK)
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'
XMP_ITEM = (b"mime", b"application/rdf+xml", XMP)


def records(found):
    return [(record.container, record.key, record.text) for record in found.records]


def test_exif_and_xmp_items_are_read():
    found = read(avif([EXIF, XMP_ITEM]))
    assert (found.format, found.width, found.height) == ("avif", 64, 48)
    assert records(found) == [("avif:exif", "Model", "a cat"), ("avif:xmp", "xmp", XMP.decode())]
    assert found.problems == ()


@pytest.mark.parametrize(
    "options",
    [{"pieces": 3}, {"is_late": True}, {"method": 1}, {"method": 1, "pieces": 4}],
    ids=["extents", "late", "idat", "idat extents"],
)
def test_items_are_found_wherever_they_lie(options):
    data = avif([EXIF, XMP_ITEM], **options)
    found = read(data)
    assert [record.text for record in found.records] == ["a cat", XMP.decode()]
    assert found.problems == ()
    for record, marker in zip(found.records, (b"\0\0\0\0MM", b"<x:xmp"), strict=True):
        assert data.startswith(marker, record.position)


@pytest.mark.parametrize("prefix", [b"", b"\0\0\0\0", b"\0\0\0\6Exif\0\0", b"\xff\xff\xff\xff"])
def test_exif_is_read_with_any_offset_before_it(prefix):
    assert read(avif([(b"Exif", b"", prefix + BLOCK)])).records[0].text == "a cat"


def test_other_items_are_no_texts():
    assert read(avif([(b"mime", b"text/html", b"<p>")])).records == ()


def test_the_size_is_that_of_the_picture_shown():
    properties = iprp(ispe(10, 10), ispe(301, 77), shown=[0x80 | 2])
    assert (lambda found: (found.width, found.height))(read(avif(properties=properties))) == (
        301,
        77,
    )


def test_a_size_that_cannot_be_is_said():
    found = read(avif(properties=iprp(ispe(2**32 - 1, 5))))
    assert found.width is None
    assert "which cannot be" in found.problems[0]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turns_and_mirrors_are_those_of_the_picture(tmp_path, orientation):
    """Pillow writes an EXIF orientation as turn and mirror of the picture."""
    path = tmp_path / "a.avif"
    said = Image.Exif()
    said[0x0112] = orientation
    Image.new("RGB", (64, 48), "red").save(path, "AVIF", exif=said)
    found = metadata.read(path)
    assert (found.width, found.height) == ((48, 64) if orientation > 4 else (64, 48))


def test_the_turn_of_the_picture_beats_the_one_in_exif():
    block = tiff({0x0112: (3, b"\0\6"), 0x0110: (2, b"a cat\0")})
    found = read(avif([(b"Exif", b"", b"\0\0\0\0" + block)]))
    assert (found.width, found.height) == (64, 48)
    turned = iprp(ispe(), box(b"irot", b"\1"))
    assert read(avif([EXIF], properties=turned)).width == 48


@pytest.mark.parametrize(
    ("property_", "expected"),
    [
        (full(b"pixi", b"\3\x0a\x0a\x0a"), "10"),
        (box(b"av1C", b"\x81\x04\x40\0"), "10"),
        (box(b"av1C", b"\x81\x04\x60\0"), "12"),
    ],
)
def test_the_bit_depth_is_told(property_, expected):
    found = read(avif(properties=iprp(ispe(), property_)))
    assert found.media == (("Bit depth", expected),)


def test_an_animation_lasts_as_long_as_its_track(tmp_path):
    frames = [Image.new("RGB", (64, 48), (40 * at, 0, 0)) for at in range(5)]
    path = tmp_path / "a.avif"
    frames[0].save(path, "AVIF", save_all=True, append_images=frames[1:], duration=120)
    found = metadata.read(path)
    assert (found.format, found.width, found.duration_ms) == ("avif", 64, 600)


def test_an_animation_without_a_still_has_the_size_of_its_track():
    moov = box(b"moov", mvhd(2**32 - 1), trak(handler=b"pict", duration=900))
    found = read(ftyp(b"avis", b"msf1") + moov)
    assert (found.width, found.height, found.duration_ms) == (64, 48, 900)


def test_what_pillow_writes_is_read(tmp_path):
    path = tmp_path / "a.avif"
    said = pictures.exif_with_comment(pictures.INFOTEXT)
    Image.new("RGB", (64, 48), "red").save(path, "AVIF", exif=said, xmp=XMP)
    found = metadata.read(path)
    assert found.parameters.steps == 28
    assert found.records[-1].text == XMP.decode()
    assert found.problems == ()
    assert found.media == ()


def test_pillow_reads_what_is_recognised():
    """The brands decide for both; a file that says HEIC first is AVIF where it says so too."""
    target = BytesIO()
    Image.new("RGB", (8, 8)).save(target, "AVIF")
    data = bytearray(target.getvalue())
    data[8:12] = b"mif1"
    assert Image.open(BytesIO(bytes(data))).size == (8, 8)
    assert read(bytes(data)).format == "avif"


@pytest.mark.parametrize("major", [b"heic", b"heix", b"mif1", b"msf1"])
def test_heic_is_named_and_not_read(major):
    found = read(ftyp(major, b"mif1", b"heic") + full(b"meta"))
    assert found.format == ""
    assert "HEI" in found.problems[0]


def test_items_without_a_place_are_said():
    data = avif([EXIF]).replace(b"iloc", b"free")
    found = read(data)
    assert found.width == 64
    assert found.problems == ("The file does not say where its EXIF data lie.",)


def test_an_item_within_an_item_is_not_followed():
    assert "does not say where" in read(avif([XMP_ITEM], method=2)).problems[0]


def test_an_item_beyond_the_end_is_cut_off():
    found = read(avif([XMP_ITEM])[:-10])
    assert (found.records[0].text, found.records[0].is_damaged) == (XMP[:-10].decode(), True)
    assert "The file's XMP data are cut off." in found.problems


def test_a_thousand_items_over_the_same_bytes_cost_little():
    many = avif([XMP_ITEM] * 300)
    assert len(read(many).records) <= 16 * 2


def test_a_file_without_a_header_has_no_size():
    found = read(ftyp(b"avif", b"mif1"))
    assert found.problems == ("The file has no size: its picture header is missing.",)


def test_a_wide_association_table_is_read():
    ipma = full(b"ipma", struct.pack(">LHBH", 1, 1, 1, 0x8002), flags=1)
    properties = box(b"iprp", box(b"ipco", ispe(1, 1), ispe(9, 8)), ipma)
    assert read(avif(properties=properties)).width == 9


def test_a_video_is_not_taken_for_a_picture():
    assert read(mp4()).format == "mp4"
