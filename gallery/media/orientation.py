"""Which way up a picture is: one tag of its EXIF block, read without trusting the rest."""

import struct

from PIL import Image
from PIL.Image import Transpose

_TAG, _SHORT = 0x0112, 3
_MAX_ENTRIES = 1000
_METHODS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}


def of(exif: bytes) -> int:
    """1 to 8 as in TIFF 6.0, tag 274; 1 (upright) where the block is absent, silent or broken."""
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (offset,) = struct.unpack_from(f"{order}L", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, offset)
        for entry in range(min(count, _MAX_ENTRIES)):
            tag, kind, _, value = struct.unpack_from(f"{order}HHLH", tiff, offset + 2 + 12 * entry)
            if tag == _TAG and kind == _SHORT:
                return value if value in _METHODS else 1
    except struct.error:
        return 1
    return 1


def upright(image: Image.Image, orientation: int) -> Image.Image:
    method = _METHODS.get(orientation)
    return image if method is None else image.transpose(method)
