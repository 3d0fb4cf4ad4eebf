"""Bytes to text the way that fits what generators write, not what the standards ask for."""

_LANE_SAMPLE = 1024


def decode(data: bytes) -> tuple[str, str]:
    """UTF-8 where it is valid, else Latin-1: PNG says Latin-1, several tools write UTF-8."""
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def decode_utf8(data: bytes) -> tuple[str, str]:
    """UTF-8 where a format demands it; wrong bytes become U+FFFD."""
    return data.decode("utf-8", "replace"), "utf-8"


def decode_narrow(data: bytes, tiff_order: str) -> tuple[str, str]:
    """An EXIF text marked ASCII or not at all: as `decode`, unless its zeros tell wide letters."""
    sample = data[:_LANE_SAMPLE].rstrip(b"\0")
    lanes = sample[0::2].count(0), sample[1::2].count(0)
    if max(lanes) * 4 > len(sample) and min(lanes) * 8 < max(lanes):
        return decode_wide(data, tiff_order)
    return decode(data)


def decode_japanese(data: bytes) -> tuple[str, str]:
    """An EXIF text marked JIS: the code of that name, or one that is mistaken for it."""
    for encoding in ("iso2022_jp", "utf-8"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode("shift_jis", "replace"), "shift_jis"


def decode_wide(data: bytes, tiff_order: str) -> tuple[str, str]:
    """An EXIF text marked UNICODE, whose byte order nothing states reliably.

    The byte order mark decides; else the lane (even or odd bytes) that holds the zeros of Latin
    letters; else, as Exif 3.0 has it, UTF-8 where valid; else `tiff_order` ("<" or ">").
    """
    if data.startswith(b"\xfe\xff"):
        return _utf16(data[2:], "utf-16-be")
    if data.startswith(b"\xff\xfe"):
        return _utf16(data[2:], "utf-16-le")
    if data.startswith(b"\xef\xbb\xbf"):
        return decode_utf8(data[3:])
    sample = data[:_LANE_SAMPLE].rstrip(b"\0")
    high_first = sample[0::2].count(0)
    low_first = sample[1::2].count(0)
    if high_first == low_first == 0:
        try:
            return data.rstrip(b"\0").decode("utf-8"), "utf-8"
        except UnicodeDecodeError:
            pass
    if high_first == low_first:
        return _utf16(data, "utf-16-le" if tiff_order == "<" else "utf-16-be")
    return _utf16(data, "utf-16-be" if high_first > low_first else "utf-16-le")


def _utf16(data: bytes, encoding: str) -> tuple[str, str]:
    # A zero at the end that makes the length odd ends the text, it is no half of a letter.
    if len(data) % 2 and data.endswith(b"\0"):
        data = data[:-1]
    return data.decode(encoding, "replace"), encoding
