"""Vectors as the database keeps them, read in a stream by COPY in its binary format."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# Before its numbers a vector says how many they are.
_HEAD = 4


def vectors(query: str) -> "Iterator[npt.NDArray[np.float16]]":
    """Of a query, without parameters, whose only column is a halfvec; one at a time."""
    import numpy as np

    with connection.cursor() as cursor:
        for (value,) in _copied(cursor, query):
            yield np.frombuffer(value, ">f2", offset=_HEAD).astype("<f2")


def _copied(cursor: Any, query: str) -> Iterator[tuple[bytes, ...]]:
    with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT binary)") as copy:
        yield from copy.rows()
