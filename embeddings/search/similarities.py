"""Exact similarities of known rows to a direction."""

from dataclasses import dataclass

import numpy as np

from embeddings.search.binary import Floats, Ids, Longs, Marks, Reals, ids, marks, reals
from embeddings.search.directions import Direction
from embeddings.search.pools import Pool
from embeddings.search.reading import Reader

_READ = """
SELECT array_agg({subject}), {distances}{content} FROM {table}
WHERE {subject} = ANY(%(subjects)s) AND model_key = %(model_key)s
"""


@dataclass(frozen=True, slots=True)
class Similarities:
    """To a direction's `aim` and `shown`, one an image of a pool; NaN where it has no vector."""

    aimed: Reals
    shown: Reals


def similarities(reader: Reader, direction: Direction, pool: Pool) -> Similarities:
    """Of vectors that another network made, or of a picture that was replaced, nothing is known."""
    space = direction.space
    wanted = pool.of(space)
    subjects = np.unique(wanted)
    vectors = [direction.aim]
    if not np.array_equal(direction.aim, direction.shown):
        vectors.append(direction.shown)
    table = space.vectors._meta
    values: dict[str, object] = {"subjects": Longs(subjects), "model_key": direction.model_key}
    values |= {f"vector{n}": Floats(vector) for n, vector in enumerate(vectors)}
    statement = _READ.format(
        subject=table.pk.column,
        table=table.db_table,
        distances=", ".join(
            f"array_agg((vector <=> %(vector{n})s::halfvec)::real)" for n in range(len(vectors))
        ),
        content=", array_agg(content)" if space.subject == "image" else "",
    )
    columns = reader.row(statement, values)
    found = ids(columns[0])
    cosines = [
        (1 - reals(column)) * np.float32(np.linalg.norm(vector))
        for column, vector in zip(columns[1 : 1 + len(vectors)], vectors, strict=True)
    ]
    spread = [_spread(wanted, found, each) for each in cosines]
    if space.subject == "image":
        is_stale = _contents(wanted, found, marks(columns[-1])) != pool.contents
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
