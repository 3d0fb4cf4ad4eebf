"""Rows into PostgreSQL by COPY, in its text format."""

from collections.abc import Iterable
from typing import Any

_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def copy(cursor: Any, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(statement) as stream:
        for row in rows:
            stream.write_row(row)


def copy_lines(cursor: Any, statement: str, lines: list[str]) -> None:
    """Lines that are in the format already, each with its end; none is no statement."""
    if lines:
        with cursor.copy(statement) as stream:
            stream.write("".join(lines))


def escaped(value: str) -> str:
    """A text within a line."""
    return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPES)


def int_array(values: Iterable[int]) -> str:
    """As PostgreSQL spells an array of integers: psycopg takes ten times as long for a list."""
    return "{" + ",".join(map(str, values)) + "}"
