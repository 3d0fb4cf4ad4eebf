"""Each format comes out upright and in its colours, whatever form its pixels have."""

import io
import struct
import sys
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms
from pillow_jxl import Encoder

from gallery.media import cicp, colours, decoding
from gallery.media.pictures import UndecodableImage
from tests.gallery.media.encoded import (
    BLUE,
    GREEN,
    RED,
    STILLS,
    WHITE,
    cmyk_profile,
    corners,
    encoded,
    orientation_exif,
    quadrants,
)

UPRIGHT = [RED, GREEN, BLUE, WHITE]
# Where the quadrants of the stored picture go: top left, top right, bottom left, bottom right.
TURNED = {
    1: [RED, GREEN, BLUE, WHITE],
    2: [GREEN, RED, WHITE, BLUE],
    3: [WHITE, BLUE, GREEN, RED],
    4: [BLUE, WHITE, RED, GREEN],
    5: [RED, BLUE, GREEN, WHITE],
    6: [BLUE, RED, WHITE, GREEN],
    7: [WHITE, GREEN, BLUE, RED],
    8: [GREEN, WHITE, RED, BLUE],
}


def near(found, expected, within: int = 6) -> bool:
    pairs = zip(found, expected, strict=True)
    return all(
        abs(a - b) <= within for one, other in pairs for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize("form", STILLS)
def test_each_format_comes_out_in_its_colours(form):
    picture = decoding.decode(encoded(quadrants(), form))
    assert (picture.width, picture.height, picture.pixels.mode) == (64, 48, "RGB")
    assert near(corners(picture.pixels), UPRIGHT)
    assert picture.problems == ()


@pytest.mark.parametrize("form", STILLS)
def test_each_format_is_made_small(form):
    picture = decoding.decode(encoded(quadrants((400, 300)), form), longest=100)
    assert (picture.width, picture.height, picture.pixels.size) == (400, 300, (100, 75))
    assert near(corners(picture.pixels), UPRIGHT)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "AVIF", "TIFF"])
@pytest.mark.parametrize("value", TURNED)
def test_a_turned_picture_comes_out_upright(form, value):
    if form == "TIFF":
        options = {"tiffinfo": {274: value}}
    else:
        options = {
            "exif": orientation_exif(value)[6:] if form == "AVIF" else orientation_exif(value)
        }
    picture = decoding.decode(encoded(quadrants(), form, **options))
    size = (48, 64) if value >= 5 else (64, 48)
    assert (picture.width, picture.height) == picture.pixels.size == size
    assert near(corners(picture.pixels), TURNED[value])


@pytest.mark.parametrize("value", [1, 3, 6, 8])
def test_a_jpeg_xl_made_from_a_turned_jpeg_comes_out_upright(value):
    jpeg = encoded(quadrants(), "JPEG", exif=orientation_exif(value))
    encoder = Encoder(mode="RGB", quality=100, use_container=True, num_threads=0)
    picture = decoding.decode(encoder(jpeg, 64, 48, jpeg_encode=True))
    assert picture.pixels.size == ((48, 64) if value >= 5 else (64, 48))
    assert near(corners(picture.pixels), TURNED[value], 10)


def test_a_jpeg_xl_goes_by_its_codestream_not_by_its_exif_block():
    """ISO/IEC 18181-2: what an encoder turned upright often still carries the camera's tag."""
    data = encoded(quadrants(), "JXL", exif=orientation_exif(6), use_container=True)
    assert near(corners(decoding.decode(data).pixels), UPRIGHT)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "AVIF", "JXL", "TIFF", "GIF"])
def test_what_is_transparent_stays_so(form):
    image = quadrants().convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 32, 24))
    picture = decoding.decode(encoded(image, form), longest=40)
    assert picture.pixels.mode == "RGBA"
    assert picture.pixels.getpixel((5, 5))[3] == 0
    assert picture.pixels.getpixel((35, 5))[3] == 255
    assert near([picture.pixels.getpixel((35, 5))[:3]], [GREEN])


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "AVIF", "TIFF"])
def test_a_wide_gamut_comes_out_in_srgb(form):
    """Display P3 (200, 120, 40) is sRGB (213, 115, -9), by the matrices of SMPTE EG 432-1."""
    image = Image.new("RGB", (40, 40), (200, 120, 40))
    picture = decoding.decode(encoded(image, form, icc_profile=cicp.profile(12, 13)))
    assert near([picture.pixels.getpixel((20, 20))], [(213, 115, 0)])
    assert picture.problems == ()


@pytest.mark.parametrize(
    ("code_points", "expected"),
    [
        ((1, 13), (200, 120, 40)),
        ((12, 13), (213, 115, 0)),
        ((9, 14), (237, 105, 0)),
        ((1, 8), (229, 182, 110)),
    ],
)
def test_colours_named_by_code_points_come_out_in_srgb(code_points, expected):
    data = encoded(Image.new("RGB", (40, 40), (200, 120, 40)), "AVIF", quality=100)
    at = data.index(b"colrnclx") + 8
    named = data[:at] + struct.pack(">HH", *code_points) + data[at + 4 :]
    assert near([decoding.decode(named).pixels.getpixel((20, 20))], [expected])


def test_code_points_of_a_png_stand_above_its_profile():
    image = Image.new("RGB", (4, 4), (200, 120, 40))
    data = encoded(image, "PNG", icc_profile=cicp.profile(9, 14))
    chunk = b"cICP" + bytes((12, 13, 0, 1))
    named = (
        data[:33] + struct.pack(">L", 4) + chunk + struct.pack(">L", zlib.crc32(chunk)) + data[33:]
    )
    assert near([decoding.decode(named).pixels.getpixel((2, 2))], [(213, 115, 0)])


def test_what_is_brighter_than_white_is_rolled_off_in_order():
    """PQ: 203 nits, the white of a page, is 58 % of the signal and stays bright."""
    ramp = Image.fromarray(np.arange(256, dtype=np.uint8)[None, :, None].repeat(3, 2).repeat(8, 0))
    data = encoded(ramp, "PNG", icc_profile=cicp.profile(9, 16))
    shades = [decoding.decode(data).pixels.getpixel((x, 4))[0] for x in range(256)]
    assert shades == sorted(shades)
    assert shades[0] == 0
    assert 215 <= shades[148] <= 245
    assert shades[255] == 255


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_cmyk_without_a_profile_becomes_rgb(form):
    data = encoded(quadrants().convert("CMYK"), form, **({"quality": 95} if form == "JPEG" else {}))
    assert near(corners(decoding.decode(data).pixels), UPRIGHT, 10)


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_cmyk_goes_through_its_profile(form):
    image = Image.new("CMYK", (48, 16))
    image.paste((255, 0, 0, 0), (0, 0, 16, 16))
    image.paste((0, 0, 255, 0), (16, 0, 32, 16))
    image.paste((0, 255, 0, 0), (32, 0, 48, 16))
    pixels = decoding.decode(encoded(image, form, icc_profile=cmyk_profile())).pixels
    cyan, yellow, magenta = (pixels.getpixel((x, 8)) for x in (8, 24, 40))
    assert near([cyan, magenta], [(0, 0, 0), (255, 255, 255)], 12)
    assert yellow[0] > 200
    assert max(yellow[1:]) < 80


def test_a_cmyk_jpeg_of_adobe_is_stored_upside_down_and_comes_out_right():
    data = encoded(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG")
    assert b"\xff\xee\x00\x0eAdobe" in data
    assert near([decoding.decode(data).pixels.getpixel((8, 8))], [(255, 0, 0)])


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
@pytest.mark.parametrize("order", ["<u2", ">u2"])
def test_16_bits_of_gray_keep_their_brightness(form, order):
    values = np.array([[0, 0x4000, 0x8000, 0xFFFF]], dtype=np.uint16).repeat(4, 0)
    mode = "I;16B" if order == ">u2" and form == "TIFF" else "I;16"
    stored = values.astype(order if mode == "I;16B" else "<u2")
    image = Image.frombytes(mode, (4, 4), stored.tobytes())
    pixels = decoding.decode(encoded(image, form)).pixels
    assert [pixels.getpixel((x, 1))[0] for x in range(4)] == [0, 64, 128, 255]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 0.25, 0.5, 1], [0, 64, 128, 255]),
        ([-1, 0, 1, 2], [0, 85, 170, 255]),
        ([0, float("nan"), 0.5, 1], [0, 0, 128, 255]),
        ([0, 100, 200, 255], [0, 100, 200, 255]),
    ],
)
def test_gray_in_floating_point_is_shown_in_its_range(values, expected):
    image = Image.fromarray(np.array([values] * 4, dtype=np.float32))
    pixels = decoding.decode(encoded(image, "TIFF")).pixels
    assert [pixels.getpixel((x, 1))[0] for x in range(4)] == expected


@pytest.mark.parametrize("samples", [3, 4])
def test_16_bits_of_colour_in_a_tiff_keep_their_colours(samples):
    pixel = struct.pack("<4H", 0xC800, 0x7800, 0x2800, 0x8000)[: 2 * samples]
    entries = [
        (256, 3, 1, 4),
        (257, 3, 1, 1),
        (258, 3, samples, 8 + 4 * len(pixel)),
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (273, 4, 1, 8),
        (277, 3, 1, samples),
        (278, 3, 1, 1),
        (279, 4, 1, 4 * len(pixel)),
    ]
    if samples == 4:
        entries.append((338, 3, 1, 2))
    data = b"II*\0" + struct.pack("<L", 8 + 4 * len(pixel) + 8) + pixel * 4
    data += struct.pack("<4H", 16, 16, 16, 16) + struct.pack("<H", len(entries))
    data += b"".join(struct.pack("<HHLL", *entry) for entry in entries) + bytes(4)
    expected = (200, 120, 40) if samples == 3 else (200, 120, 40, 128)
    assert decoding.decode(data).pixels.getpixel((1, 0)) == expected


def test_lab_colours_become_srgb():
    image = ImageCms.profileToProfile(
        Image.new("RGB", (8, 8), RED),
        ImageCms.createProfile("sRGB"),
        ImageCms.createProfile("LAB"),
        outputMode="LAB",
    )
    pixels = decoding.decode(encoded(image, "TIFF")).pixels
    assert near([pixels.getpixel((4, 4))], [RED])


@pytest.mark.parametrize(
    "compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits"]
)
def test_tiffs_of_every_compression(compression):
    picture = decoding.decode(encoded(quadrants(), "TIFF", compression=compression))
    assert near(corners(picture.pixels), UPRIGHT, 12)


def test_of_a_tiff_of_several_pages_the_first_is_shown():
    buffer = io.BytesIO()
    other = Image.new("RGB", (10, 10))
    quadrants().save(buffer, "TIFF", save_all=True, append_images=[other])
    assert near(corners(decoding.decode(buffer.getvalue()).pixels), UPRIGHT)


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP", "AVIF"])
def test_of_an_animation_the_first_frame_is_shown(form):
    others = [Image.new("RGB", (64, 48), (n, 0, 0)) for n in range(3)]
    data = encoded(quadrants(), form, save_all=True, append_images=others, duration=100)
    picture = decoding.decode(data)
    assert near(corners(picture.pixels), UPRIGHT)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_bmps_of_every_depth(mode):
    image = quadrants().convert(mode)
    expected = corners(image.convert("RGB"))
    assert near(corners(decoding.decode(encoded(image, "BMP")).pixels), expected)


def test_a_gray_picture_with_a_profile_of_colours_goes_through_it():
    data = encoded(Image.new("L", (8, 8), 100), "PNG", icc_profile=cicp.profile(1, 8))
    assert near([decoding.decode(data).pixels.getpixel((4, 4))], [(168, 168, 168)])


def test_a_profile_for_other_pixels_is_said_and_ignored():
    data = encoded(Image.new("RGB", (8, 8), RED), "PNG", icc_profile=cmyk_profile())
    picture = decoding.decode(data)
    assert near([picture.pixels.getpixel((4, 4))], [RED])
    assert "not made for such a picture" in picture.problems[0]


def test_pixels_in_an_unknown_form_are_named_so():
    data = encoded(Image.new("RGB", (8, 8)), "TIFF")
    at = data.index(struct.pack("<HHL", 262, 3, 1)) + 8
    odd = data[:at] + struct.pack("<L", 32844) + data[at + 4 :]
    with pytest.raises(UndecodableImage, match="in a form that is not decoded"):
        decoding.decode(odd)


@pytest.mark.parametrize("form", ["AVIF", "JXL"])
def test_a_cut_file_of_those_that_come_whole_or_not_says_so(form):
    data = encoded(quadrants(), form)
    with pytest.raises(UndecodableImage, match="damaged"):
        decoding.decode(data[: len(data) - 20])


@pytest.mark.parametrize(
    ("form", "mode"), [("GIF", "P"), ("PNG", "P"), ("PNG", "1"), ("TIFF", "P")]
)
def test_huge_pictures_of_few_colours_are_made_small_in_bands(form, mode, monkeypatch):
    monkeypatch.setattr(colours, "_BAND_PIXELS", 4000)
    image = quadrants((1003, 755)).convert(mode)
    expected = corners(image.convert("RGB").reduce(100))
    picture = decoding.decode(encoded(image, form), longest=40)
    assert (picture.width, picture.height, picture.pixels.size) == (1003, 755, (40, 30))
    assert near(corners(picture.pixels), expected, 12)


def test_a_frame_that_makes_a_small_gif_huge_is_not_decoded():
    data = encoded(quadrants(), "GIF")
    at = data.index(b",\0\0\0\0") + 1
    with pytest.raises(UndecodableImage, match="damaged"):
        decoding.decode(data[:at] + b"\x1f\x4b\x1f\x4b" + data[at + 4 :])


def test_a_machine_without_the_reader_of_jpeg_xl_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_jxl", None)
    with pytest.raises(UndecodableImage, match="pillow-jxl-plugin, which is not installed"):
        decoding.decode(encoded(quadrants(), "JXL"))
