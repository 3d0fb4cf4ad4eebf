"""Names files that no container reads, so that a person learns what they have instead."""

import os
from pathlib import PurePath

# Offset, bytes, name; the more telling first.
_MAGIC = (
    (4, b"ftyphei", "a HEIC picture"),
    (4, b"ftypmif", "a HEIF picture"),
    (4, b"ftypmsf1", "a HEIF animation"),
    (4, b"ftypcrx", "a camera raw picture"),
    (4, b"ftypM4A", "a sound file"),
    (8, b"WAVE", "a sound file"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", "a JPEG 2000 picture"),
    (0, b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (0, b"II*\0", "a camera raw picture"),
    (0, b"IIRO", "a camera raw picture"),
    (0, b"IIU\0", "a camera raw picture"),
    (0, b"FUJIFILMCCD-RAW", "a camera raw picture"),
    (0, b"8BPS", "a Photoshop document"),
    (0, b"\0\0\x01\0", "an icon"),
    (0, b"qoif", "a QOI picture"),
    (0, b"DDS ", "a DDS texture"),
    (0, b"\x8aMNG\r\n\x1a\n", "an MNG animation"),
    (0, b"%PDF", "a PDF document"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"<svg", "an SVG drawing"),
    (0, b"<!DOCTYPE html", "a web page"),
    (0, b"<html", "a web page"),
)
_LFS = b"version https://git-lfs"


def explain(head: bytes, name: str | os.PathLike[str] = "") -> str:
    """Why a file that starts with `head` cannot be read, in one sentence."""
    if not head:
        return "The file is empty."
    if head.startswith(_LFS):
        return (
            "This is only a Git LFS pointer to the picture. Fetch the real file with git lfs pull."
        )
    said = _said_by(name)
    for offset, magic, what in _MAGIC:
        if head.startswith(magic, offset):
            return f"This is {what}, a format that is not read{said}."
    if not head.strip(b"\0"):
        return f"The file holds only zeros{said}. Its content is lost."
    return f"This is not a picture in a format that is read{said}."


def _said_by(name: str | os.PathLike[str]) -> str:
    suffix = PurePath(name).suffix[1:]
    if not (suffix.isascii() and suffix.isalnum() and len(suffix) <= 5):
        return ""
    return f" (its name says {suffix.upper()})"
