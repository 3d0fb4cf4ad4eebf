"""Keyset pages: a cursor names the row one stands at, so page 10,000 costs what page 1 costs."""

import base64
import binascii
from typing import Any

import orjson

from dtoolkit.core.errors import BadInput

_MAX_CHARS = 8192
_UNREADABLE = "This link names a place in the list that cannot be read. Open the list anew."


def encode_cursor(values: list[Any]) -> str:
    """Sort values and id of one row (JSON scalars) as one URL-safe word."""
    return base64.urlsafe_b64encode(orjson.dumps(values)).rstrip(b"=").decode()


def decode_cursor(cursor: str, length: int) -> list[Any]:
    """The values of `encode_cursor`. Raises `BadInput` unless there are `length` of them."""
    if len(cursor) > _MAX_CHARS:
        raise unreadable()
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        values = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error) as error:
        raise unreadable() from error
    if not isinstance(values, list) or len(values) != length:
        raise unreadable()
    return values


def unreadable() -> BadInput:
    """The error of every cursor that we did not write."""
    return BadInput(_UNREADABLE)
