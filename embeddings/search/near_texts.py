"""Images of the texts nearest in several spaces, all in one read.

Spaces of prompts often name the same texts, whose images would be looked up once for each of them.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby

from embeddings.search import pools
from embeddings.search.binary import Halves
from embeddings.search.directions import Direction
from embeddings.search.nearest import IMAGES_OF, Near, walking
from embeddings.search.reading import Read

# Spaces that agree; of more of them the images are much the same.
_TOGETHER = 2
# Of each space the nearest, numbered as they come.
_MET = """
(SELECT met.subject, row_number() OVER () AS place FROM (
    SELECT near.{subject} AS subject FROM {table} AS near
    WHERE near.model_key = %(model_key{n})s
    ORDER BY {distance} LIMIT %(texts{n})s) AS met)
"""
# From the nearest on, until there are images enough.
_OF_SUBJECT = """
(SELECT image.* FROM (
    SELECT met.subject, min(met.place) AS place FROM ({met}) AS met
    GROUP BY 1 ORDER BY 2) AS met
{images_of}
ORDER BY met.place LIMIT %(most_{subject})s)
"""


def near_texts(
    images: str,
    directions: Sequence[Direction],
    efs: Mapping[str, int | None],
    *,
    each: int,
    most: int,
    is_described: bool,
) -> Read[Near]:
    """Those of `images` (a statement with `pools.COLUMNS`), `each` of a text at most and `most` of
    a space, twice that of several with the same kind of text. `efs` says by space how many texts
    its index keeps in view, and None where it has none and is read."""
    values: dict[str, object] = {"each": each}
    parts = []
    rising = sorted(enumerate(directions), key=lambda one: one[1].space.subject)
    for subject, of_subject in groupby(rising, key=lambda one: one[1].space.subject):
        together = list(of_subject)
        values[f"most_{subject}"] = most * min(len(together), _TOGETHER)
        met = []
        for n, direction in together:
            ef = efs[direction.space.name]
            table = direction.space.vectors._meta
            distance = f"near.vector <=> %(vector{n})s::halfvec"
            values |= {
                f"vector{n}": Halves(direction.aim),
                f"model_key{n}": direction.model_key,
                f"texts{n}": ef or most,
            }
            met.append(
                _MET.format(
                    n=n,
                    subject=table.pk.column,
                    table=table.db_table,
                    distance=distance if ef else f"({distance}) + 0",
                )
            )
        images_of = IMAGES_OF[subject].format(images=images)
        parts.append(
            _OF_SUBJECT.format(met=" UNION ALL ".join(met), images_of=images_of, subject=subject)
        )
    settings = walking(max((ef for ef in efs.values() if ef), default=None))
    read = pools.read(" UNION ALL ".join(parts), values, settings, is_described=is_described)
    return read.then(lambda pool: Near(pool, None))
