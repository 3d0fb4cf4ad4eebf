"""JSON as generators write it: with NaN, with numbers without end, with hostile depth."""

import json
from typing import Any

import orjson

# Parsed JSON takes up to thirty times its text; the largest honest one seen has 1.7 MB.
LENGTH_LIMIT = 4 * 1024 * 1024
_DIGIT_LIMIT = 32


class UnreadableJson(ValueError):
    """The text is no JSON that can be read; the message says why, for a person."""


def loads(text: str) -> Any:
    """The value of a JSON text. Raises `UnreadableJson`."""
    if len(text) > LENGTH_LIMIT:
        raise UnreadableJson(f"it is longer than {LENGTH_LIMIT // 2**20} million characters")
    try:
        return orjson.loads(text)
    except ValueError:
        pass
    try:
        return _TOLERANT.decode(text)
    except RecursionError:
        raise UnreadableJson("it is nested too deeply") from None
    except ValueError:
        raise UnreadableJson("it is no valid JSON") from None


def _bounded_int(digits: str) -> int | float:
    return int(digits) if len(digits) <= _DIGIT_LIMIT else float("inf")


_TOLERANT = json.JSONDecoder(strict=False, parse_int=_bounded_int)
