"""Tiny files of each format, as bytes, and profiles of colours that are not sRGB's."""

import io
import struct
from typing import Any

import pillow_jxl  # noqa: F401 (registers the writer of JPEG XL)
from PIL import Image

RED, GREEN, BLUE, WHITE = (220, 30, 40), (30, 180, 60), (20, 40, 200), (250, 250, 250)
STILLS = ("PNG", "JPEG", "WEBP", "AVIF", "JXL", "GIF", "BMP", "TIFF")
_OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 95, "subsampling": 0},
    "WEBP": {"quality": 95},
    "AVIF": {"quality": 95, "subsampling": "4:4:4"},
    "JXL": {"lossless": True},
}


def encoded(image: Image.Image, form: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **{**_OPTIONS.get(form, {}), **options})
    return buffer.getvalue()


def quadrants(size: tuple[int, int] = (64, 48)) -> Image.Image:
    """Red and green above, blue and white below: no turn and no mirror leaves it the same."""
    image = Image.new("RGB", size, WHITE)
    half = size[0] // 2, size[1] // 2
    image.paste(RED, (0, 0, *half))
    image.paste(GREEN, (half[0], 0, size[0], half[1]))
    image.paste(BLUE, (0, half[1], half[0], size[1]))
    return image


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    """The middles of the quadrants: top left, top right, bottom left, bottom right."""
    across, down = image.width // 4, image.height // 4
    places = [(across, down), (-across, down), (across, -down), (-across, -down)]
    plain = image.convert("RGB")
    return [plain.getpixel((x % image.width, y % image.height)) for x, y in places]


def orientation_exif(value: int) -> bytes:
    return b"Exif\0\0MM\0*" + struct.pack(">LHHHLHHL", 8, 1, 0x0112, 3, 1, value, 0, 0)


def cmyk_profile() -> bytes:
    """A press without magenta: C, M, Y and K become Lab by a table of their extremes.

    Cyan turns black, yellow turns red and magenta leaves the paper white.
    """
    table = b""
    for node in range(16):
        cyan, _magenta, yellow, black = (node >> shift & 1 for shift in (3, 2, 1, 0))
        if cyan or black:
            table += bytes((0, 128, 128))
        else:
            table += bytes((135, 208, 195)) if yellow else bytes((255, 128, 128))
    line = bytes(range(256))
    lut = struct.pack(">4s4xBBBx9l", b"mft1", 4, 3, 2, *(65536 * (n % 4 == 0) for n in range(9)))
    lut += line * 4 + table + line * 3
    text = b"desc\0\0\0\0" + struct.pack(">L", 6) + b"Press\0" + bytes(78)
    white = struct.pack(">4s4x3l", b"XYZ ", 63190, 65536, 54061)
    tags = {b"desc": text, b"wtpt": white, b"A2B0": lut, b"A2B1": lut, b"A2B2": lut}
    start, places, body = 132 + 12 * len(tags), b"", b""
    for name, data in tags.items():
        places += struct.pack(">4sLL", name, start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    header = struct.pack(
        ">L4sL4s4s4s12x4s28x3l48x",
        start + len(body),
        b"\0" * 4,
        0x02400000,
        b"prtr",
        b"CMYK",
        b"Lab ",
        b"acsp",
        63190,
        65536,
        54061,
    )
    return header + struct.pack(">L", len(tags)) + places + body
