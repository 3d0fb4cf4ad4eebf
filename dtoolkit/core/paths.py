"""File names as text that PostgreSQL can hold, and the one door for paths that come from outside.

A file name is bytes on Linux and may be anything but UTF-8. `to_text` maps every byte that is not
valid UTF-8, and every byte of a character that lies in the escape range itself, to U+F700 + byte:
one to one, and ordinary names stay themselves.
"""

import os
import unicodedata
from pathlib import Path

from dtoolkit.core.errors import BadInput, NotFound

_ESCAPE = 0xF700
_FIRST, _LAST = _ESCAPE + 0x80, _ESCAPE + 0xFF
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def to_text(name: str) -> str:
    """`name` as `os.listdir` gives it, without lone surrogates. Inverse of `from_text`."""
    if name.isascii():
        return name
    if not any(0xD800 <= ord(c) <= 0xDFFF or _FIRST <= ord(c) <= _LAST for c in name):
        return name
    return "".join(_escaped(c) for c in name)


def from_text(text: str) -> str:
    """The name for `open` and `os.stat`. Inverse of `to_text`."""
    if text.isascii() or not any(_FIRST <= ord(c) <= _LAST for c in text):
        return text
    raw = b"".join(
        bytes([ord(c) - _ESCAPE]) if _FIRST <= ord(c) <= _LAST else os.fsencode(c) for c in text
    )
    return os.fsdecode(raw)


def display(text: str) -> str:
    """`text` for a person: escaped bytes, controls and bidi overrides become U+FFFD."""
    if text.isascii() and text.isprintable():
        return text
    return "".join("\ufffd" if _is_misleading(c) else c for c in text)


def _is_misleading(char: str) -> bool:
    return (
        _FIRST <= ord(char) <= _LAST
        or char in _BIDI_CONTROLS
        or unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}
    )


def _escaped(char: str) -> str:
    if 0xD800 <= ord(char) <= 0xDFFF or _FIRST <= ord(char) <= _LAST:
        return "".join(chr(_ESCAPE + byte) for byte in os.fsencode(char))
    return char


def inside(root: str | Path, relative: str) -> Path:
    """The real path of `relative` (as stored) under `root`.

    Raises `BadInput` where it leads out of the root, by `..` or by a symlink, and `NotFound` where
    nothing is there.
    """
    base = Path(root)
    path = base / from_text(relative)
    if "\0" in relative or Path(relative).is_absolute():
        raise BadInput("That path is not inside the library.")
    try:
        real, real_base = path.resolve(strict=True), base.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise NotFound("The file is not there now.", path=display(relative)) from error
    if not real.is_relative_to(real_base):
        raise BadInput("That path leads out of the library folder.", path=display(relative))
    return real
