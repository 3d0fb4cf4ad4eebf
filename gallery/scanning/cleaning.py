"""What a file claims, made to fit the columns: it may say anything, a column holds only so much."""

import math
from typing import Any

import orjson

_INT2, _INT4 = 2**15 - 1, 2**31 - 1
# A name in a narrow row, and a key that an index can hold.
NAME_CHARS = 300
_NUL = rb"\u0000"


def text(value: str) -> str:
    """What a PostgreSQL text column takes: no NULs, nothing that UTF-8 cannot say."""
    return encodable(value if "\0" not in value else value.replace("\0", ""))


def encodable(value: str) -> str:
    """Without lone surrogates, which JSON can spell and UTF-8 cannot."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def name(value: str) -> str:
    if value.isascii() and len(value) <= NAME_CHARS and "\0" not in value:
        return value
    return text(value[: 2 * NAME_CHARS])[:NAME_CHARS]


def json(value: Any) -> str:
    """As a jsonb column takes it: `value` holds lists and texts. Few need mending, so that is tried
    last."""
    if not value:
        return "[]"
    try:
        dumped = orjson.dumps(value)
    except orjson.JSONEncodeError:
        return orjson.dumps(_mended(value)).decode()
    return (orjson.dumps(_mended(value)) if _NUL in dumped else dumped).decode()


def _mended(value: Any) -> Any:
    return text(value) if isinstance(value, str) else [_mended(each) for each in value]


def count(value: int | None) -> int | None:
    """A PositiveIntegerField's; None where it is out of range."""
    return value if value is not None and 0 <= value <= _INT4 else None


def small(value: int | None) -> int | None:
    return value if value is not None and -_INT2 <= value <= _INT2 else None


def seed(value: int | None) -> int | None:
    return value if value is not None and 0 <= value < 2**64 else None


def finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
