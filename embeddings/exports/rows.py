"""What the database keeps, read in a stream by COPY in its binary format: never all at once."""

import itertools
from collections.abc import Iterator
from typing import Any

from django.db import connection

BLOCK = 1000  # rows
# Before its numbers a vector says how many they are.
_HEAD = 4


def halves(query: str) -> Iterator[bytes]:
    """Of a query, without parameters, whose only column is a halfvec; little-endian."""
    import numpy as np

    for block in _blocks(query):
        yield (
            np.frombuffer(b"".join(value[_HEAD:] for value in block), ">f2").astype("<f2").tobytes()
        )


def numbers(query: str, dtype: str) -> Iterator[bytes]:
    """Of one whose only column, never null, is a number that numpy calls `dtype`, like '<i8'."""
    import numpy as np

    sent = np.dtype(dtype).newbyteorder(">")
    for block in _blocks(query):
        yield np.frombuffer(b"".join(block), sent).astype(dtype).tobytes()


def texts(query: str) -> Iterator[bytes]:
    """Of one whose only column is text; one after the other, in UTF-8."""
    return map(b"".join, _blocks(query))


def _blocks(query: str) -> Iterator[list[bytes]]:
    with connection.cursor() as cursor:
        values = _copied(cursor, query)
        while block := list(itertools.islice(values, BLOCK)):
            yield block


def _copied(cursor: Any, query: str) -> Iterator[bytes]:
    with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT binary)") as copy:
        for (value,) in copy.rows():
            yield value
