"""Stealth PNGInfo: a text in the lowest bits of the pixels, which survives where chunks are lost.

The bits run down the columns, the highest of a byte first: a signature of 15 letters, the length
of the text in bits (4 bytes, big endian), then the text, plain or gzipped. They lie in the alpha
channel, or in red, green and blue in turn. Source: the sd_webui_stealth_pnginfo extension; NovelAI
appends a code against errors, which is not needed here.
"""

from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.source import Source
from gallery.metadata.stealth import png, webp
from gallery.metadata.stealth.pixels import Pixels, UnreadablePixels
from gallery.metadata.stealth.signatures import LENGTH, SIGNATURES, Signature

_LENGTH_SIZE = 4
# Each bit takes some bytes while it is read; the largest honest graph has 1.7 MB unpacked.
_LIMIT = 2 * 1024 * 1024
_GZIP = 31
_READERS = {"png": png.pixels, "webp": webp.pixels}


def read(source: Source, picture_format: str, contents: Contents) -> bool:
    """Whether the picture hides a text, which becomes a record with the key `stealth`.

    Costs next to nothing where a PNG has none. Of lossless WebP the pixels are decoded for it.
    """
    reader = _READERS.get(picture_format)
    if reader is None or contents.width is None or not contents.has_room():
        return False
    try:
        pixels = reader(source, contents.width, contents.height or 0)
        return pixels is not None and _read_bits(pixels, contents)
    except UnreadablePixels:
        contents.complain("The picture seems to hide a text, but its pixels cannot be read.")
        return False


def _read_bits(pixels: Pixels, contents: Contents) -> bool:
    for signature in SIGNATURES:
        if pixels.bits(signature.channels, 0, LENGTH) == signature.text:
            return _take(pixels, signature, contents)
    return False


def _take(pixels: Pixels, signature: Signature, contents: Contents) -> bool:
    start = LENGTH + _LENGTH_SIZE
    length = int.from_bytes(pixels.bits(signature.channels, LENGTH, _LENGTH_SIZE), "big") // 8
    if not 0 < length <= pixels.capacity(signature.channels) - start:
        contents.complain("The picture's hidden text says a length that it cannot have.")
        return False
    data = pixels.bits(signature.channels, start, min(length, _LIMIT))
    is_whole = len(data) == length
    if signature.is_packed:
        data, is_whole = contents.inflate(data, "The picture's hidden text", _GZIP)
    elif not is_whole:
        contents.complain_of_length("The picture's hidden text")
    if not data:
        return False
    text = data.decode("utf-8", "replace")
    contents.add(f"stealth:{signature.place}", "stealth", text, "utf-8", 0, not is_whole)
    return True
