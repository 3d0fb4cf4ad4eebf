"""Images whose vectors in one space are nearest, by the space's index where it has one."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from embeddings.search import pools
from embeddings.search.binary import Halves, Reals
from embeddings.search.directions import Direction
from embeddings.search.pools import Pool
from embeddings.search.reading import Read

# Tuples that an index may meet before it gives up: the read is cheaper from there on.
MOST_MET = 50_000

_OF_PICTURES = """
SELECT image.*, {distance} AS distance FROM {table} AS near
JOIN ({images}) AS image ON image.id = near.image_id AND image.fingerprint = near.content
WHERE near.model_key = %(model_key)s
ORDER BY {distance} LIMIT %(many)s
"""
# Text after text until there are images enough.
_OF_TEXTS = """
SELECT image.*, met.distance FROM (
    SELECT near.{subject} AS subject, {distance} AS distance FROM {table} AS near
    WHERE near.model_key = %(model_key)s ORDER BY {distance}) AS met
{images_of}
ORDER BY met.distance LIMIT %(most)s
"""
# Of each text that was met its newest. They are found by the text: an order that an index gives
# would, where sorting is off, have all images walked for each text.
_IMAGES_OF = """
CROSS JOIN LATERAL (
    SELECT image.* FROM ({{images}}) AS image{joined} WHERE {owner} = met.subject
    ORDER BY image.id + 0 DESC LIMIT %(each)s) AS image
"""
_DESCRIBED = " JOIN embeddings_imagedescription AS described ON described.image_id = image.id"
IMAGES_OF = {
    "prompt": _IMAGES_OF.format(owner="image.prompt_id", joined=""),
    "negative_prompt": _IMAGES_OF.format(owner="image.negative_prompt_id", joined=""),
    "description": _IMAGES_OF.format(owner="described.description_id", joined=_DESCRIBED),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """`many` rows of the space; of a text `each` images at most, `most` in all."""

    many: int
    each: int
    most: int


@dataclass(frozen=True, slots=True)
class Near:
    """`similarities` to one direction's `aim`, one an image of `pool`; None where several
    directions were looked in."""

    pool: Pool
    similarities: Reals | None


def nearest(
    images: str, direction: Direction, wish: Wish, *, ef: int | None, is_described: bool
) -> Read[Near]:
    """Those of `images` (a statement with `pools.COLUMNS`); by the index with `ef`, or by reading
    all without it."""
    space = direction.space
    table = space.vectors._meta
    distance = "near.vector <=> %(vector)s::halfvec"
    if ef is None:
        distance = f"({distance}) + 0"  # which no index can give
    statement, images_of = _OF_PICTURES, ""
    if space.subject != "image":
        statement, images_of = _OF_TEXTS, IMAGES_OF[space.subject].format(images=images)
    chosen = statement.format(
        table=table.db_table,
        subject=table.pk.column,
        distance=distance,
        images=images,
        images_of=images_of,
    )
    sign = 1 if direction.weight > 0 else -1  # what is to be far is found from the other end
    values = {
        "vector": Halves(np.asarray(sign * direction.aim, dtype=np.float32)),
        "model_key": direction.model_key,
        "many": wish.many,
        "each": wish.each,
        "most": wish.most,
    }

    def near(found: tuple[Pool, Reals]) -> Near:
        pool, distances = found
        return Near(pool, sign * (1 - distances) * np.float32(np.linalg.norm(direction.aim)))

    read = pools.read_near(chosen, values, walking(ef), is_described=is_described)
    return read.then(near)


def walking(ef: int | None) -> Mapping[str, str] | None:
    """What has a read walk an index, with `ef` rows in view; nothing where it has none."""
    if ef is None:
        return None
    return {
        "hnsw.ef_search": str(ef),
        "hnsw.iterative_scan": "relaxed_order",
        "hnsw.max_scan_tuples": str(MOST_MET),
        # What the planner makes of a filter must not lead it away from the index.
        "enable_sort": "off",
    }
