import io
import struct
import threading
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from gallery.media import decoding, png, webp
from gallery.media.pictures import UndecodableImage
from tests import pictures

RED, BLUE = (200, 120, 40), (20, 40, 160)


def encoded(image: Image.Image, form: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def noise(width: int = 400, height: int = 300) -> Image.Image:
    return Image.fromarray(
        np.random.default_rng(1).integers(1, 255, (height, width, 3), dtype=np.uint8)
    )


def grainy() -> Image.Image:
    """Blue above, red below, in grain that keeps every format from making it tiny."""
    plain = Image.new("RGB", (400, 300), RED)
    plain.paste(BLUE, (0, 0, 400, 60))
    return Image.blend(plain, noise(), 0.2)


def chunk(kind: bytes, body: bytes, checksum: int | None = None) -> bytes:
    right = zlib.crc32(kind + body)
    return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", checksum or right)


def with_chunk(data: bytes, extra: bytes) -> bytes:
    """`extra` right after IHDR, where generators put their text."""
    return data[:33] + extra + data[33:]


def orientation_exif(value: int) -> bytes:
    return b"Exif\0\0MM\0*" + struct.pack(">LHHHLHHL", 8, 1, 0x0112, 3, 1, value, 0, 0)


def near(pixel: tuple[int, ...], expected: tuple[int, ...], within: int = 3) -> bool:
    return all(abs(a - b) <= within for a, b in zip(pixel, expected, strict=True))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_each_format_comes_out_in_its_colours(form):
    picture = decoding.decode(encoded(pictures.paint(), form, quality=95))
    assert (picture.width, picture.height, picture.pixels.mode) == (64, 48, "RGB")
    assert near(picture.pixels.getpixel((5, 5)), BLUE, 8)
    assert near(picture.pixels.getpixel((60, 40)), RED, 8)
    assert picture.problems == ()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize(
    ("value", "size", "blue_corner"),
    [
        (1, (64, 48), (2, 2)),
        (2, (64, 48), (61, 2)),
        (3, (64, 48), (61, 45)),
        (4, (64, 48), (2, 45)),
        (5, (48, 64), (2, 2)),
        (6, (48, 64), (45, 2)),
        (7, (48, 64), (45, 61)),
        (8, (48, 64), (2, 61)),
    ],
)
def test_exif_orientation_turns_the_picture_upright(form, value, size, blue_corner):
    data = encoded(pictures.paint(), form, exif=orientation_exif(value), quality=95)
    picture = decoding.decode(data)
    assert (picture.width, picture.height) == picture.pixels.size == size
    assert near(picture.pixels.getpixel(blue_corner), BLUE, 10)


@pytest.mark.parametrize("exif", [b"", b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"junk" * 9])
def test_a_broken_exif_block_leaves_the_picture_as_it_lies(exif):
    stream = with_chunk(encoded(pictures.paint()), chunk(b"eXIf", exif))
    assert decoding.decode(stream).pixels.size == (64, 48)


def test_cmyk_becomes_rgb():
    data = encoded(pictures.paint().convert("CMYK"), "JPEG", quality=95)
    picture = decoding.decode(data)
    assert picture.pixels.mode == "RGB"
    assert near(picture.pixels.getpixel((60, 40)), RED, 8)


def test_16_bit_gray_keeps_its_brightness():
    data = encoded(Image.fromarray(np.full((8, 8), 0x8000, dtype=np.uint16)))
    assert decoding.decode(data).pixels.getpixel((4, 4)) == (128, 128, 128)


def test_16_bit_rgb_keeps_its_colours():
    row = b"\0" + struct.pack(">HHH", 0xC800, 0x7800, 0x2800) * 4
    header = chunk(b"IHDR", struct.pack(">LLBBBBB", 4, 1, 16, 2, 0, 0, 0))
    data = png.SIGNATURE + header + chunk(b"IDAT", zlib.compress(row)) + chunk(b"IEND", b"")
    assert decoding.decode(data).pixels.getpixel((1, 0)) == RED


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P"])
def test_other_pixel_forms_become_rgb(mode):
    picture = decoding.decode(encoded(Image.new("L", (9, 9), 255).convert(mode)), longest=4)
    assert picture.pixels.mode == "RGB"
    assert picture.pixels.getpixel((2, 2)) == (255, 255, 255)


def test_a_palette_with_a_transparent_entry_keeps_it():
    image = pictures.paint().quantize(2)
    image.info["transparency"] = image.getpixel((2, 2))
    picture = decoding.decode(encoded(image))
    assert picture.pixels.mode == "RGBA"
    assert picture.pixels.getpixel((2, 2))[3] == 0
    assert picture.pixels.getpixel((60, 40))[3] == 255


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_transparency_is_kept(form):
    image = Image.new("RGBA", (40, 40), (*RED, 255))
    image.paste((0, 0, 0, 0), (0, 0, 20, 40))
    picture = decoding.decode(encoded(image, form), longest=20)
    assert picture.pixels.mode == "RGBA"
    assert picture.pixels.getpixel((2, 10))[3] == 0
    assert near(picture.pixels.getpixel((17, 10))[:3], RED, 6)


def test_alpha_that_hides_nothing_is_dropped():
    assert decoding.decode(encoded(Image.new("RGBA", (9, 9), RED))).pixels.mode == "RGB"


def test_an_icc_profile_is_turned_into_srgb():
    picture = decoding.decode(encoded(pictures.paint(), icc_profile=swapped_profile()))
    assert near(picture.pixels.getpixel((60, 40)), (40, 120, 200), 12)
    assert picture.problems == ()


def swapped_profile() -> bytes:
    """sRGB with the red and the blue primary exchanged, so that a conversion shows."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack_from(">L", profile, 128)
    places = {bytes(profile[132 + 12 * n : 136 + 12 * n]): 132 + 12 * n for n in range(count)}
    red, blue = places[b"rXYZ"] + 4, places[b"bXYZ"] + 4
    profile[red : red + 8], profile[blue : blue + 8] = (
        profile[blue : blue + 8],
        profile[red : red + 8],
    )
    return bytes(profile).replace("sRGB".encode("utf-16-be"), "Swap".encode("utf-16-be"))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_broken_profile_is_ignored_and_said(form):
    data = encoded(pictures.paint(), form, icc_profile=b"no profile" * 20, quality=95)
    picture = decoding.decode(data)
    assert near(picture.pixels.getpixel((60, 40)), RED, 8)
    assert picture.problems == ("The colour profile is broken and was ignored.",)


def test_a_profile_that_unpacks_without_end_is_ignored():
    bomb = b"icc\0\0" + zlib.compress(bytes(50_000_000))
    picture = decoding.decode(with_chunk(encoded(pictures.paint()), chunk(b"iCCP", bomb)))
    assert picture.problems == ("The colour profile is broken and was ignored.",)


def test_text_with_a_stale_checksum_does_not_hide_the_picture():
    data = with_chunk(encoded(pictures.paint()), chunk(b"tEXt", b"workflow\0{}", checksum=1))
    assert decoding.decode(data).pixels.size == (64, 48)


def test_a_text_bomb_does_not_hide_the_picture():
    bomb = chunk(b"zTXt", b"prompt\0\0" + zlib.compress(bytes(80_000_000)))
    assert decoding.decode(with_chunk(encoded(pictures.paint()), bomb)).problems == ()


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("PNG", {}),
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"exif": orientation_exif(1) + bytes(3000)}),
    ],
)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_cut_file_shows_what_is_there_and_says_so(form, options, share):
    whole = encoded(grainy(), form, quality=90, **options)
    picture = decoding.decode(whole[: int(len(whole) * share)])
    assert picture.pixels.size == (400, 300)
    assert near(picture.pixels.getpixel((10, 10)), BLUE, 60)
    assert len(picture.problems) == 1
    assert "cut off or damaged" in picture.problems[0]


@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_a_file_cut_before_its_pixels_says_that_nothing_is_there(form):
    with pytest.raises(UndecodableImage, match="damaged"):
        decoding.decode(encoded(noise(), form)[:30])


def test_a_cut_jpeg_of_which_only_the_header_is_left_says_that_nothing_is_there():
    whole = encoded(noise(), "JPEG")
    with pytest.raises(UndecodableImage, match="nothing of it"):
        decoding.decode(whole[: whole.index(b"\xff\xda") + 14])


def test_a_part_that_says_to_be_enormous_is_not_filled_up():
    data = encoded(noise(), "WEBP")
    assert webp.filled_up(data) == b""
    assert webp.filled_up(data[:16] + b"\xff\xff\xff\x7f" + data[20:]) == b""


def test_cut_and_whole_files_do_not_disturb_each_other_in_threads():
    whole = encoded(noise())
    cut, seen = whole[: len(whole) // 2], []

    def work(data: bytes) -> None:
        seen.extend((data is cut, bool(decoding.decode(data).problems)) for _ in range(10))

    threads = [threading.Thread(target=work, args=(data,)) for data in (whole, cut, whole, cut)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 40
    assert all(is_cut == has_problems for is_cut, has_problems in seen)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "The file is empty."),
        (b"hello, I am text", "not a picture in a format"),
        (png.SIGNATURE, "damaged"),
        (b"\xff\xd8\xff\xe0", "damaged"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "damaged"),
        (encoded(noise())[:60], "nothing of it could be decoded"),
    ],
)
def test_what_cannot_be_decoded_says_why(data, reason):
    with pytest.raises(UndecodableImage, match=reason):
        decoding.decode(data)


def test_a_bomb_is_refused_before_memory_is_asked_for():
    header = chunk(b"IHDR", struct.pack(">LLBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0))
    data = png.SIGNATURE + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    with pytest.raises(UndecodableImage, match="10,000 megapixels; more than 500"):
        decoding.decode(data)


def test_large_pictures_above_pillows_own_limit_are_decoded():
    image = Image.new("1", (14_000, 14_000), 1)
    picture = decoding.decode(encoded(image), longest=192)
    assert (picture.width, picture.height) == (14_000, 14_000)
    assert picture.pixels.size == (192, 192)


def test_pictures_are_never_enlarged():
    assert decoding.decode(encoded(pictures.paint()), longest=768).pixels.size == (64, 48)


@pytest.mark.parametrize("size", [(4000, 10), (10, 4000), (3000, 1)])
def test_thin_pictures_keep_at_least_a_pixel(size):
    picture = decoding.decode(encoded(Image.new("RGB", size, RED)), longest=192)
    assert max(picture.pixels.size) == 192
    assert min(picture.pixels.size) >= 1


def test_fits_are_the_same_in_whatever_order_they_are_asked_for():
    data = encoded(noise(1000, 700))
    down, up = decoding.decode(data, 768), decoding.decode(data, 768)
    large_first = [down.fit(size).tobytes() for size in (768, 384, 192)]
    small_first = [up.fit(size).tobytes() for size in (192, 384, 768)]
    assert large_first == small_first[::-1]
    assert down.fit(192).size == (192, 134)


def test_png_text_written_by_pillow_is_left_out_of_the_pixel_stream():
    info = PngImagePlugin.PngInfo()
    info.add_text("parameters", "x" * 100_000)
    stream = png.pixel_stream(encoded(pictures.paint(), pnginfo=info))
    assert b"tEXt" not in stream.data
    assert stream.problems == []
