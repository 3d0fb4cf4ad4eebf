from io import BytesIO

import pillow_jxl  # noqa: F401  (makes Pillow write JPEG XL)
import pytest
from PIL import Image

from tests.gallery.metadata.box_builders import box, ftyp
from tests.gallery.metadata.builders import read, tiff
from tests.pictures import INFOTEXT

SIGNATURE = box(b"JXL ", b"\r\n\x87\n") + ftyp(b"jxl ", b"jxl ")
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'
EXIF = tiff({}, {0x9286: (7, b"UNICODE\0" + INFOTEXT.encode("utf-16-be"))})


def jxl(size=(64, 48), mode="RGB", **options):
    target = BytesIO()
    Image.new(mode, size).save(target, "JXL", **options)
    return target.getvalue()


@pytest.mark.parametrize("is_boxed", [True, False])
@pytest.mark.parametrize(
    "size",
    [(1, 1), (8, 8), (256, 256), (264, 256), (300, 200), (1000, 333), (1920, 1080), (9, 600)],
)
def test_the_size_is_read_from_the_codestream(size, is_boxed):
    found = read(jxl(size, use_container=is_boxed))
    assert (found.format, found.width, found.height) == ("jxl", *size)
    assert found.problems == ()


@pytest.mark.parametrize(("mode", "depth"), [("I;16", "16"), ("F", "32")])
def test_the_bit_depth_is_told(mode, depth):
    assert read(jxl(mode=mode, lossless=True)).media == (("Bit depth", depth),)


def test_the_usual_bit_depth_is_not_worth_a_word():
    assert read(jxl()).media == ()


def test_exif_and_xmp_are_read():
    found = read(jxl(exif=EXIF, xmp=XMP))
    assert found.parameters.steps == 28
    assert [record.container for record in found.records] == ["jxl:exif", "jxl:xmp"]
    assert found.problems == ()


def test_compressed_texts_are_said_not_to_be_read():
    found = read(jxl(exif=EXIF, xmp=XMP, compress_metadata=True))
    assert found.width == 64
    assert found.records == ()
    assert found.problems == (
        "The file's EXIF data are compressed with Brotli, which is not read.",
        "The file's XMP data are compressed with Brotli, which is not read.",
    )


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_the_orientation_is_that_of_the_codestream(tmp_path, orientation):
    said = Image.Exif()
    said[0x0112] = orientation
    Image.new("RGB", (64, 48)).save(tmp_path / "a.jpg", "JPEG", exif=said)
    target = BytesIO()
    with Image.open(tmp_path / "a.jpg") as picture:
        picture.save(target, "JXL", lossless_jpeg=True)
    found = read(target.getvalue())
    assert (found.width, found.height) == ((48, 64) if orientation > 4 else (64, 48))


def test_an_orientation_in_exif_alone_turns_nothing():
    assert read(jxl(exif=tiff({0x0112: (3, b"\0\6")}))).width == 64


def test_a_codestream_in_pieces_is_put_together():
    stream = jxl((1000, 333))
    pieces = [
        box(b"jxlp", b"\0\0\0\0", stream[:3]),
        box(b"jxlp", b"\0\0\0\1", stream[3:5]),
        box(b"jxlp", b"\x80\0\0\2", stream[5:]),
    ]
    found = read(SIGNATURE + b"".join(pieces))
    assert (found.width, found.height) == (1000, 333)


@pytest.mark.parametrize("data", [b"\xff\x0a", SIGNATURE, SIGNATURE + box(b"jxlc", b"\0" * 40)])
def test_a_file_without_a_codestream_has_no_size(data):
    found = read(data)
    assert found.format == "jxl"
    assert found.problems == ("The file has no size: its picture header is missing.",)


def test_every_shape_of_header_is_stepped_over():
    """Extra fields: orientation 6, an own size, a preview, an animation; then 10 bits."""
    written = bits(
        (0, 1), (0, 2), (299, 9), (0, 3), (0, 2), (199, 9),  # 200 x 300
        (0, 1), (1, 1), (5, 3),  # not plain, extra fields, orientation 6
        (1, 1), (1, 1), (0, 5), (1, 3),  # an own size of 8 x 8
        (1, 1), (1, 1), (1, 2), (1, 3),  # a preview of 32 x 32
        (1, 1), (0, 2), (0, 2), (0, 2), (0, 1),  # an animation at 100 ticks
        (0, 1), (1, 2),  # whole numbers of 10 bits
    )  # fmt: skip
    found = read(b"\xff\x0a" + written)
    assert (found.width, found.height) == (300, 200)
    assert found.media == (("Bit depth", "10"),)


def bits(*parts):
    value = at = 0
    for part, count in parts:
        value |= part << at
        at += count
    return value.to_bytes(at // 8 + 1, "little")
