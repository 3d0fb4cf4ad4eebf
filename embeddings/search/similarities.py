"""Exact similarities of known rows to a direction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self

import numpy as np

from embeddings.search.binary import Halves, Ids, Longs, Reals, ids, marks, reals
from embeddings.search.directions import Direction
from embeddings.search.pools import Pool
from embeddings.search.reading import Read, Reader, Row
from embeddings.spaces import Subject

_READ = """
SELECT array_agg({subject}), {distances}{content} FROM {table}
WHERE {subject} = ANY(%(subjects{place})s) AND model_key = %(model_key{place})s
"""
# Vectors that are worth a second connection. Those of pictures lie further apart than those of
# texts, of which there are fewer, and take so many times as long.
_MUCH = 1500
_PICTURE = 3
_TOGETHER = "SELECT * FROM {reads}"


@dataclass(frozen=True, slots=True)
class Similarities:
    """To a direction's `aim` and `shown`, one an image of a pool; NaN where it has no vector."""

    aimed: Reals
    shown: Reals


def similarities(
    reader: Reader, directions: Sequence[Direction], pool: Pool
) -> dict[str, Similarities]:
    """By space. Of vectors that another network made, or of a picture that was replaced, nothing is
    known."""
    wanted = {kind: _Wanted.of(pool.subjects[kind]) for kind in _kinds(directions)}
    parts = [_read(part, pool, wanted) for part in _parts(directions, wanted)]
    found = dict(chain.from_iterable(some.items() for some in reader.read_all(parts)))
    return {each.space.name: found[each.space.name] for each in directions}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Rising `subjects`, each once, and at which of their places each image has its own."""

    subjects: Ids
    of_images: Ids

    @classmethod
    def of(cls, values: Ids) -> Self:
        return cls(*np.unique(values, return_inverse=True))


def _kinds(directions: Sequence[Direction]) -> set[Subject]:
    return {direction.space.subject for direction in directions}


def _parts(
    directions: Sequence[Direction], wanted: Mapping[Subject, _Wanted]
) -> list[list[Direction]]:
    """One, or two that take about as long where that is long."""
    costs = {
        each.space.name: len(wanted[each.space.subject].subjects)
        * (1 if each.space.is_of_texts else _PICTURE)
        for each in directions
    }
    if sum(costs.values()) < _MUCH:
        return [list(directions)]
    parts: tuple[list[Direction], list[Direction]] = ([], [])
    sums = [0, 0]
    for direction in sorted(directions, key=lambda each: -costs[each.space.name]):
        least = sums.index(min(sums))
        parts[least].append(direction)
        sums[least] += costs[direction.space.name]
    return [part for part in parts if part]


def _read(
    directions: Sequence[Direction], pool: Pool, wanted: Mapping[Subject, _Wanted]
) -> Read[dict[str, Similarities]]:
    statements: list[str] = []
    values: dict[str, object] = {}
    for place, direction in enumerate(directions):
        table = direction.space.vectors._meta
        vectors = _vectors(direction)
        values |= {
            f"subjects{place}": Longs(wanted[direction.space.subject].subjects),
            f"model_key{place}": direction.model_key,
            **{f"vector{place}_{n}": Halves(vector) for n, vector in enumerate(vectors)},
        }
        statement = _READ.format(
            place=place,
            subject=table.pk.column,
            table=table.db_table,
            distances=", ".join(
                f"array_agg((vector <=> %(vector{place}_{n})s::halfvec)::real)"
                for n in range(len(vectors))
            ),
            content=", array_agg(content)" if direction.space.subject == "image" else "",
        )
        statements.append(f"({statement}) AS read{place}")

    def of(row: Row) -> dict[str, Similarities]:
        columns = iter(row)
        return {
            each.space.name: _found(each, pool, wanted[each.space.subject], columns)
            for each in directions
        }

    return Read(_TOGETHER.format(reads=" CROSS JOIN ".join(statements)), values, of)


def _vectors(direction: Direction) -> list[Reals]:
    return [direction.aim] if direction.is_one else [direction.aim, direction.shown]


def _found(
    direction: Direction, pool: Pool, wanted: _Wanted, columns: Iterator[bytes | None]
) -> Similarities:
    """Takes what is its own from `columns`."""
    places = np.searchsorted(wanted.subjects, ids(next(columns)))
    spread = []
    for vector in _vectors(direction):
        told = np.full(len(wanted.subjects), np.nan, dtype=np.float32)
        told[places] = (1 - reals(next(columns))) * np.float32(np.linalg.norm(vector))
        spread.append(told[wanted.of_images])
    if direction.space.subject == "image":
        contents = np.zeros(len(wanted.subjects), dtype="V16")
        contents[places] = marks(next(columns))
        is_stale = contents[wanted.of_images] != pool.contents
        for each in spread:
            each[is_stale] = np.nan
    return Similarities(aimed=spread[0], shown=spread[-1])
