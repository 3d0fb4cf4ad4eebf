"""How much a file may ask for before it is taken for an attack on memory."""

from gallery.media.pictures import UndecodableImage

MAX_PIXELS = 500_000_000
# Up to here nobody asks how much the file holds.
_FREE_BYTES = 192 * 1024 * 1024
# Decoded bytes for one of the file. Lossless pictures of this size stay below 60, plain drawings
# too; what loses details reaches some hundreds.
_LOSSLESS_RATIO, _LOSSY_RATIO = 150, 600
_LOSSY = frozenset(("JPEG", "WEBP", "AVIF", "JXL"))
# How often their decoders hold a picture at once.
_COPIES = {"WEBP": 4, "AVIF": 3, "JXL": 6}
_PIXEL_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2}
# What converting them takes beside them.
_CONVERTED_BYTES = {"1": 1, "P": 4, "I;16": 3, "I;16B": 7, "I": 5, "F": 5}


def check(
    size: tuple[int, int], mode: str, file_bytes: int, kind: str, is_in_bands: bool = False
) -> None:
    """Raises `UndecodableImage` where decoding would take too much for what the file holds.

    `is_in_bands`: the whole is never held in two modes at once.
    """
    pixels = size[0] * size[1]
    if pixels > MAX_PIXELS:
        raise UndecodableImage(
            f"The picture has {pixels // 1_000_000:,} megapixels; "
            f"more than {MAX_PIXELS // 1_000_000} are not decoded."
        )
    converted = 0 if is_in_bands else _CONVERTED_BYTES.get(mode, 0)
    needed = pixels * (_PIXEL_BYTES.get(mode, 4) + converted) * _COPIES.get(kind, 1)
    ratio = _LOSSY_RATIO if kind in _LOSSY else _LOSSLESS_RATIO
    if needed > max(_FREE_BYTES, file_bytes * ratio):
        raise UndecodableImage(
            f"The file says that it is {size[0]} x {size[1]} pixels but holds far too little for "
            "them; such a file is damaged, or made to fill the memory."
        )
