"""Text and numbers as files hold them, to values that a database can keep."""

import math
import re
from typing import Any

MAX_SEED = 2**64 - 1
# What a database's integer column holds.
MAX_WHOLE = 2**31 - 1
# What a file system allows.
NAME_LIMIT = 255
# Longer digits are no number that a generator wrote (and Python refuses them above 4,300).
_DIGIT_LIMIT = 32

_SURROGATES = re.compile("[\ud800-\udfff]")
MODEL_SUFFIXES = (
    ".safetensors",
    ".ckpt",
    ".pt",
    ".pth",
    ".bin",
    ".gguf",
    ".sft",
    ".onnx",
)


def clean(text: str) -> str:
    """Without outer white space, and without what no database keeps: NULs, lone surrogates."""
    if "\0" in text:
        text = text.replace("\0", "")
    if text.isascii():
        return text.strip()
    return _SURROGATES.sub("\ufffd", text).strip()


def whole(value: Any, maximum: int = MAX_WHOLE) -> int | None:
    """A whole number from 0 to `maximum`, also out of text or a float like 20.0."""
    if isinstance(value, str):
        if len(value) > _DIGIT_LIMIT:
            return None
        try:
            value = int(value)
        except ValueError:
            value = number(value)
    if isinstance(value, float):
        if not value.is_integer():
            return None
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= maximum else None


def number(value: Any) -> float | None:
    """A finite number of sane size, also out of text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and len(value) > _DIGIT_LIMIT:
        return None
    try:
        result = float(value)
    except (ValueError, OverflowError):
        return None
    return result if math.isfinite(result) and abs(result) < 1e9 else None


def plain(value: float) -> str:
    """A number as a person writes it: 8 for 8.0."""
    return f"{value:g}"


def stem(name: str) -> str:
    """A model file's name without its folder (either slash) and its known extension."""
    name = clean(name[-NAME_LIMIT:])
    if "/" in name or "\\" in name:
        name = name.replace("\\", "/").rstrip("/")
        name = name[name.rfind("/") + 1 :]
    return name[: name.rfind(".")] if name.lower().endswith(MODEL_SUFFIXES) else name
