"""Exact similarities of known rows to a direction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.search.binary import Halves, Ids, Longs, Marks, Reals, ids, marks, reals
from embeddings.search.directions import Direction
from embeddings.search.pools import Pool
from embeddings.search.reading import Reader

_READ = """
SELECT array_agg({subject}), {distances}{content} FROM {table}
WHERE {subject} = ANY(%(subjects{place})s) AND model_key = %(model_key{place})s
"""
_TOGETHER = "SELECT * FROM {reads}"


@dataclass(frozen=True, slots=True)
class Similarities:
    """To a direction's `aim` and `shown`, one an image of a pool; NaN where it has no vector."""

    aimed: Reals
    shown: Reals


def similarities(
    reader: Reader, directions: Sequence[Direction], pool: Pool
) -> dict[str, Similarities]:
    """By space, all in one read. Of vectors that another network made, or of a picture that was
    replaced, nothing is known."""
    statements: list[str] = []
    values: dict[str, object] = {}
    for place, direction in enumerate(directions):
        table = direction.space.vectors._meta
        vectors = _vectors(direction)
        values |= {
            f"subjects{place}": Longs(np.unique(pool.of(direction.space))),
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
    columns = iter(reader.row(_TOGETHER.format(reads=" CROSS JOIN ".join(statements)), values))
    return {each.space.name: _found(each, pool, columns) for each in directions}


def _vectors(direction: Direction) -> list[Reals]:
    return [direction.aim] if direction.is_one else [direction.aim, direction.shown]


def _found(direction: Direction, pool: Pool, columns: Iterator[bytes | None]) -> Similarities:
    """Takes what is its own from `columns`."""
    wanted = pool.of(direction.space)
    found = ids(next(columns))
    spread = [
        _spread(wanted, found, (1 - reals(next(columns))) * np.float32(np.linalg.norm(vector)))
        for vector in _vectors(direction)
    ]
    if direction.space.subject == "image":
        is_stale = _contents(wanted, found, marks(next(columns))) != pool.contents
        for each in spread:
            each[is_stale] = np.nan
    return Similarities(aimed=spread[0], shown=spread[-1])


def _spread(wanted: Ids, found: Ids, values: Reals) -> Reals:
    """`values` of `found` at the places of `wanted`; NaN where it was not found."""
    order = np.argsort(found)
    spread = np.full(len(wanted), np.nan, dtype=np.float32)
    if len(found):
        places = np.minimum(np.searchsorted(found, wanted, sorter=order), len(found) - 1)
        is_found = found[order[places]] == wanted
        spread[is_found] = values[order[places]][is_found]
    return spread


def _contents(wanted: Ids, found: Ids, contents: Marks) -> Marks:
    order = np.argsort(found)
    spread = np.zeros(len(wanted), dtype="V16")
    if len(found):
        places = np.minimum(np.searchsorted(found, wanted, sorter=order), len(found) - 1)
        spread[:] = contents[order[places]]
    return spread
