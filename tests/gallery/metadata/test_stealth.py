import gzip
import struct
import subprocess
import sys
import time
import zlib
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.gallery.metadata.builders import IEND, SIGNATURE, chunk, read, text
from tests.pictures import INFOTEXT

TALL = (48, 130)


def noise(mode: str, size: tuple[int, int] = TALL) -> Image.Image:
    picture = Image.effect_noise(size, 60).convert(mode)
    if mode == "RGBA":
        picture.putalpha(Image.linear_gradient("L").resize(size))
    return picture


def hidden(signature: bytes, data: bytes, bits: int | None = None) -> bytes:
    return signature + struct.pack(">L", len(data) * 8 if bits is None else bits) + data


def hide(data: bytes, picture: Image.Image, channels: str) -> Image.Image:
    """The picture with `data` in its lowest bits, down the columns, the highest bit first."""
    bits = [byte >> shift & 1 for byte in data for shift in range(7, -1, -1)]
    width, height = picture.size
    pixels = picture.load()
    places = ((x, y) for x in range(width) for y in range(height))
    bands = [picture.getbands().index(band) for band in channels]
    for start in range(0, len(bits), len(bands)):
        place = next(places)
        values = list(pixels[place])
        for band, bit in zip(bands, bits[start : start + len(bands)], strict=False):
            values[band] = values[band] & 0xFE | bit
        pixels[place] = tuple(values)
    return picture


def saved(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


ALPHA = hidden(b"stealth_pnginfo", INFOTEXT.encode())
WAYS = [
    (b"stealth_pnginfo", "A", INFOTEXT.encode(), "stealth:alpha"),
    (b"stealth_pngcomp", "A", gzip.compress(INFOTEXT.encode()), "stealth:alpha"),
    (b"stealth_rgbinfo", "RGB", INFOTEXT.encode(), "stealth:rgb"),
    (b"stealth_rgbcomp", "RGB", gzip.compress(INFOTEXT.encode()), "stealth:rgb"),
]


@pytest.mark.parametrize(("signature", "channels", "data", "container"), WAYS)
@pytest.mark.parametrize("size", [TALL, (300, 40), (900, 7), (5000, 1)], ids=str)
def test_every_way_of_hiding_is_read_at_every_height(signature, channels, data, container, size):
    picture = noise("RGBA", size)
    found = read(saved(hide(hidden(signature, data), picture, channels)))
    (record,) = found.records
    assert (record.container, record.key, record.text) == (container, "stealth", INFOTEXT)
    assert not record.is_damaged
    assert found.problems == ()


def test_pictures_without_alpha_hide_in_their_colours():
    data = saved(hide(hidden(b"stealth_rgbinfo", INFOTEXT.encode()), noise("RGB"), "RGB"))
    assert read(data).records[0].text == INFOTEXT


def test_a_lossless_webp_is_read():
    data = saved(hide(ALPHA, noise("RGBA"), "A"), "WEBP", lossless=True, exact=True)
    assert read(data).records[0].text == INFOTEXT


def test_alpha_that_a_lossy_webp_keeps_is_read():
    data = saved(hide(ALPHA, noise("RGBA"), "A"), "WEBP", quality=50, alpha_quality=100)
    assert read(data).records[0].text == INFOTEXT


def filtered(picture: Image.Image, kind: int) -> bytes:
    """A PNG all of whose rows are filtered in one way, 0 to 4, as the standard has it."""
    width, height = picture.size
    size = len(picture.getbands())
    plain = picture.tobytes()
    stride = width * size
    rows = []
    above = bytes(stride)
    for y in range(height):
        row = plain[y * stride : (y + 1) * stride]
        left = bytes(size) + row[:-size]
        corner = bytes(size) + above[:-size]
        guesses = [bytes(stride), left, above]
        guesses.append(bytes((a + b) // 2 for a, b in zip(left, above, strict=True)))
        guesses.append(bytes(map(paeth, left, above, corner)))
        rows.append(bytes((v - g) & 255 for v, g in zip(row, guesses[kind], strict=True)))
        above = row
    data = b"".join(bytes([kind]) + row for row in rows)
    header = struct.pack(">LLBBBBB", width, height, 8, {3: 2, 4: 6}[size], 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + IEND


def paeth(a: int, b: int, c: int) -> int:
    p = a + b - c
    pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
    if pa <= pb and pa <= pc:
        return a
    return b if pb <= pc else c


@pytest.mark.parametrize("kind", range(5))
@pytest.mark.parametrize("size", [TALL, (300, 40)], ids=str)
def test_every_filter_of_rows_is_undone(kind, size):
    picture = hide(ALPHA, noise("RGBA", size), "A")
    assert read(filtered(picture, kind)).records[0].text == INFOTEXT


def test_an_interlaced_picture_is_read():
    # Pillow writes none: seven passes, each every so many pixels of every so many rows.
    picture = hide(ALPHA, noise("RGBA"), "A")
    width, height = picture.size
    plain = picture.tobytes()
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4)]
    passes += [(1, 0, 2, 2), (0, 1, 1, 2)]
    data = b""
    for left, top, across, down in passes:
        for y in range(top, height, down):
            row = (plain[(y * width + x) * 4 :][:4] for x in range(left, width, across))
            data += b"\0" + b"".join(row)
    header = struct.pack(">LLBBBBB", width, height, 8, 6, 0, 0, 1)
    file = SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + IEND
    assert read(file).records[0].text == INFOTEXT


def test_pixels_in_many_chunks_behind_a_broken_one_are_read():
    whole = saved(hide(ALPHA, noise("RGBA"), "A"))
    start = whole.index(b"IDAT") + 4
    (length,) = struct.unpack_from(">L", whole, start - 8)
    data = whole[start : start + length]
    pieces = b"".join(chunk(b"IDAT", data[at : at + 100]) for at in range(0, length, 100))
    broken = chunk(b"zzZz", b"", checksum=1)
    assert read(whole[:33] + broken + pieces + IEND).records[0].text == INFOTEXT


def test_nothing_is_looked_for_where_a_text_gave_the_prompt():
    whole = saved(hide(ALPHA, noise("RGBA"), "A"))
    data = whole[:33] + text("parameters", "a cat\nSteps: 1, Seed: 2, Size: 6x4") + whole[33:]
    assert [record.container for record in read(data).records] == ["png:tEXt"]


@pytest.mark.parametrize("bits", [0, 7, 2**32 - 1, TALL[0] * TALL[1]])
def test_a_length_that_cannot_be_is_said(bits):
    data = hidden(b"stealth_pnginfo", b"", bits)
    found = read(saved(hide(data, noise("RGBA"), "A")))
    assert found.records == ()
    assert "length that it cannot have" in found.problems[0]


def test_a_packed_text_that_is_none_is_said():
    data = hidden(b"stealth_pngcomp", b"no gzip at all")
    found = read(saved(hide(data, noise("RGBA"), "A")))
    assert found.records == ()
    assert "damaged" in found.problems[0]


def test_a_bomb_is_cut():
    data = hidden(b"stealth_pngcomp", gzip.compress(b"a" * 20_000_000))
    found = read(saved(hide(data, noise("RGBA", (500, 500)), "A")))
    assert len(found.records[0].text) == 8 * 1024 * 1024
    assert "too long" in found.problems[0]


@pytest.mark.parametrize("size", [(1, 1), (10, 10), (119, 1), (1, 151)], ids=str)
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_pictures_too_small_for_a_text_have_none(size, mode):
    picture = noise(mode, size)
    signature = hidden(b"stealth_pnginfo", b"x" * 50)[: size[0] * size[1] // 8]
    if mode == "RGBA":
        picture = hide(signature, picture, "A")
    assert read(saved(picture)).records == ()


@pytest.mark.parametrize("mode", ["L", "P", "LA", "RGB", "RGBA", "I;16"])
def test_ordinary_pictures_hide_nothing(mode):
    picture = Image.new(mode, (64, 200)) if mode == "I;16" else noise("RGBA").convert(mode)
    found = read(saved(picture))
    assert (found.records, found.problems) == ((), ())


def test_a_file_cut_in_its_pixels_ends_without_a_text():
    whole = saved(hide(ALPHA, noise("RGBA"), "A"))
    for end in range(60, len(whole) - 20, 997):
        found = read(whole[:end])
        assert found.records == ()


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    changes=st.lists(
        st.tuples(st.integers(0, 100_000), st.binary(min_size=1, max_size=4)), max_size=6
    )
)
def test_any_bytes_as_a_picture_are_read(changes):
    data = bytearray(HIDDEN)
    for place, replacement in changes:
        start = 8 + place % (len(data) - 8)
        data[start : start + len(replacement)] = replacement
    for record in read(bytes(data)).records:
        record.text.encode()


HIDDEN = saved(hide(ALPHA, noise("RGBA", (64, 64)), "A"))


def test_to_see_that_nothing_is_hidden_no_picture_is_decoded(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(saved(noise("RGBA", (700, 300))))
    code = (
        "import sys, gallery.metadata as m; found = m.read(sys.argv[1]);"
        "assert found.width == 700 and not found.records;"
        "assert not {'PIL', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, path], check=True)


def test_a_large_picture_is_no_slower_than_a_small_one():
    data = saved(noise("RGBA", (2000, 2000)), compress_level=1)
    started = time.process_time()
    for _ in range(20):
        assert read(data).records == ()
    assert time.process_time() - started < 0.5
