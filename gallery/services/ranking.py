"""What the lists of tags, prompts and models share: rows of a statement, places in an order."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from dtoolkit.core import pagination

_BIGGEST = 2**63


def fetch(statement: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def place(cursor: str, kind: type) -> tuple[Any, int]:
    """The value and id that a cursor names. Raises `BadInput` unless the value is of `kind`."""
    value, pk = pagination.decode_cursor(cursor, 2)
    if type(value) is not kind or type(pk) is not int or not 0 < pk < _BIGGEST:
        raise pagination.unreadable()
    if type(value) is int and not 0 <= value < _BIGGEST:
        raise pagination.unreadable()
    if isinstance(value, str) and "\0" in value:
        raise pagination.unreadable()
    return value, pk


def like(words: Sequence[str]) -> list[str] | None:
    """Patterns for ILIKE, in which nothing that a person typed is a wildcard; None of none."""
    return [f"%{_escaped(word)}%" for word in words] or None


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
