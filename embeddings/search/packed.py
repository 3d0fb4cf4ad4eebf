"""Vectors and points out of their tables and into them in bulk, in PostgreSQL's binary COPY format:
as text a vector is five times as long, and parsing it costs more than all the rest.

Source of the formats: PostgreSQL's documentation of COPY, "Binary Format"; pgvector's halfvec_send.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from psycopg import sql

Ids = npt.NDArray[np.int64]
_START = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_ID = np.dtype([("fields", ">i2"), ("size", ">i4"), ("id", ">i8")])
_POINT = np.dtype(
    [
        *_ID.descr,
        ("x_size", ">i4"),
        ("x", ">i2"),
        ("y_size", ">i4"),
        ("y", ">i2"),
    ]
)
_BLOCK = 65_536


def _vector(width: int) -> np.dtype[Any]:
    tail = [("vector_size", ">i4"), ("width", ">i2"), ("unused", ">i2"), ("vector", ">f2", width)]
    return np.dtype([*_ID.descr, *tail])


def ids(query: sql.Composable) -> Ids:
    """Of a query that gives one bigint a row."""
    return np.asarray(_rows(query, _ID)["id"], np.int64)


def vectors(query: sql.Composable, width: int) -> tuple[Ids, npt.NDArray[np.float32]]:
    """Of a query that gives a bigint and a halfvec of `width`; float32 (n, width)."""
    rows = _rows(query, _vector(width))
    return np.asarray(rows["id"], np.int64), rows["vector"].astype(np.float32)


def points(query: sql.Composable) -> tuple[Ids, npt.NDArray[np.uint16]]:
    """Of a query that gives a bigint and two smallints; the second uint16 (n, 2), from 0."""
    rows = _rows(query, _POINT)
    places = np.stack([rows["x"], rows["y"]], axis=1).astype(np.int32) + 32_768
    return np.asarray(rows["id"], np.int64), places.astype(np.uint16)


def write_points(table: str, of: Ids, places: npt.NDArray[np.uint16]) -> None:
    """Into `table` (image_id bigint, x smallint, y smallint)."""
    rows = np.zeros(len(of), _POINT)
    rows["fields"], rows["size"], rows["x_size"], rows["y_size"] = 3, 8, 2, 2
    rows["id"] = of
    rows["x"], rows["y"] = (places.astype(np.int32) - 32_768).T
    into = sql.SQL("COPY {} (image_id, x, y) FROM STDIN (FORMAT binary)")
    with connection.cursor() as cursor, cursor.copy(into.format(sql.Identifier(table))) as copy:
        copy.write(_START)
        for start in range(0, len(rows), _BLOCK):
            copy.write(rows[start : start + _BLOCK].tobytes())
        copy.write(_END)


def _rows(query: sql.Composable, row: np.dtype[Any]) -> npt.NDArray[Any]:
    whole = sql.SQL("COPY ({}) TO STDOUT (FORMAT binary)").format(query)
    with connection.cursor() as cursor, cursor.copy(whole) as copy:
        blocks = list(_blocks(iter(copy), row))
    return np.concatenate(blocks) if blocks else np.zeros(0, row)


def _blocks(data: Iterator[bytes], row: np.dtype[Any]) -> Iterator[npt.NDArray[Any]]:
    """Whole rows; what PostgreSQL sends comes a few rows at a time."""
    waiting = bytearray()
    is_begun = False
    for piece in data:
        waiting += piece
        if not is_begun and len(waiting) >= len(_START):
            del waiting[: len(_START)]
            is_begun = True
        if len(waiting) >= _BLOCK * 16:
            yield _taken(waiting, row)
    if waiting[-len(_END) :] != _END or (len(waiting) - len(_END)) % row.itemsize:
        raise ValueError("The rows are not what was asked for.")
    del waiting[-len(_END) :]
    yield _taken(waiting, row)


def _taken(waiting: bytearray, row: np.dtype[Any]) -> npt.NDArray[Any]:
    whole = len(waiting) // row.itemsize * row.itemsize
    rows = np.frombuffer(bytes(waiting[:whole]), row)
    del waiting[:whole]
    return rows
