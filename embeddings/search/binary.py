"""Arrays to and from PostgreSQL in its binary form.

Ten thousand ids as integers of Python would take longer than the search that needs them.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from psycopg.abc import AdaptContext
from psycopg.adapt import Dumper
from psycopg.pq import Format

Ids = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float32]
Marks = npt.NDArray[np.void]  # of 16 bytes: UUIDs

_HEADER = struct.Struct(">iiIii")  # dimensions, has NULLs, type, length, first subscript
_VECTOR = struct.Struct(">hh")  # dimensions, unused
_INT8, _INT8_ARRAY = 20, 1016


@dataclass(frozen=True, slots=True)
class Longs:
    values: Ids


@dataclass(frozen=True, slots=True)
class Halves:
    """A vector for a parameter that the statement casts to halfvec; rounded as the server would."""

    values: Reals


class _LongsDumper(Dumper):
    format = Format.BINARY
    oid = _INT8_ARRAY

    def dump(self, obj: Longs) -> bytes:
        return _packed(obj.values, ">i8", _INT8)


class _HalvesDumper(Dumper):
    """As pgvector's halfvec_recv takes it; what type that is the server knows from the cast."""

    format = Format.BINARY
    oid = 0

    def dump(self, obj: Halves) -> bytes:
        return _VECTOR.pack(len(obj.values), 0) + obj.values.astype(">f2").tobytes()


def register(context: AdaptContext) -> None:
    if context.adapters is not None:
        context.adapters.register_dumper(Longs, _LongsDumper)
        context.adapters.register_dumper(Halves, _HalvesDumper)


def integers(values: Sequence[bytes | None]) -> list[int]:
    """Each of a smallint, integer or bigint that is not NULL."""
    return [int.from_bytes(value or b"", "big", signed=True) for value in values]


def ids(value: bytes | None) -> Ids:
    """Of an int8[] without NULLs; none at all is an empty array."""
    return _unpacked(value, ">i8").astype(np.int64)


def reals(value: bytes | None) -> Reals:
    """Of a real[] without NULLs."""
    return _unpacked(value, ">f4").astype(np.float32)


def marks(value: bytes | None) -> Marks:
    """Of a uuid[] without NULLs."""
    return np.ascontiguousarray(_unpacked(value, "V16"))


def _packed(values: npt.NDArray[np.generic], kind: str, element: int) -> bytes:
    items = np.empty(len(values), dtype=[("size", ">i4"), ("value", kind)])
    items["size"] = items["value"].dtype.itemsize
    items["value"] = values
    return _HEADER.pack(1, 0, element, len(values), 1) + items.tobytes()


def _unpacked(value: bytes | None, kind: str) -> npt.NDArray[np.generic]:
    if value is None or _HEADER.unpack_from(value)[0] == 0:
        return np.empty(0, dtype=kind)
    found = np.frombuffer(value, [("size", ">i4"), ("value", kind)], offset=_HEADER.size)
    return found["value"]
