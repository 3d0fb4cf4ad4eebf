"""Images whose vectors in one space are nearest, by the space's index where it has one."""

from dataclasses import dataclass

import numpy as np

from embeddings.search import pools
from embeddings.search.binary import Floats
from embeddings.search.directions import Direction
from embeddings.search.pools import Pool
from embeddings.search.reading import Reader

# Tuples that an index may meet before it gives up: the read is cheaper from there on.
MOST_MET = 50_000

_OF_PICTURES = """
SELECT image.* FROM {table} AS near
JOIN ({images}) AS image ON image.id = near.image_id AND image.fingerprint = near.content
WHERE near.model_key = %(model_key)s
ORDER BY {distance} LIMIT %(many)s
"""
# Text after text until there are images enough, of each its newest. They are found by the text: an
# order that an index gives would, where sorting is off, have all images walked for each text.
_OF_TEXTS = """
SELECT image.* FROM (
    SELECT near.{subject} AS subject, {distance} AS distance FROM {table} AS near
    WHERE near.model_key = %(model_key)s ORDER BY {distance}) AS met
CROSS JOIN LATERAL (
    SELECT image.* FROM {joined} WHERE {owner} = met.subject
    ORDER BY image.id + 0 DESC LIMIT %(each)s) AS image
ORDER BY met.distance LIMIT %(most)s
"""
_OWNERS = {
    "prompt": "image.prompt_id",
    "negative_prompt": "image.negative_prompt_id",
    "description": "described.description_id",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """`many` rows of the space; of a text `each` images at most, `most` in all."""

    many: int
    each: int
    most: int


def nearest(
    reader: Reader,
    images: str,
    direction: Direction,
    wish: Wish,
    *,
    ef: int | None,
    is_described: bool,
) -> Pool:
    """Those of `images` (a statement with `pools.COLUMNS`); by the index with `ef`, or by reading
    all without it."""
    space = direction.space
    table = space.vectors._meta
    distance = "near.vector <=> %(vector)s::halfvec"
    if ef is None:
        distance = f"({distance}) + 0"  # which no index can give
        reader.set({"enable_sort": "on"})  # the space before may have had one
    else:
        reader.set(
            {
                "hnsw.ef_search": str(ef),
                "hnsw.iterative_scan": "relaxed_order",
                "hnsw.max_scan_tuples": str(MOST_MET),
                # What the planner makes of a filter must not lead it away from the index.
                "enable_sort": "off",
            }
        )
    statement = _OF_PICTURES if space.subject == "image" else _OF_TEXTS
    described = " JOIN embeddings_imagedescription AS described ON described.image_id = image.id"
    chosen = statement.format(
        table=table.db_table,
        subject=table.pk.column,
        distance=distance,
        images=images,
        owner=_OWNERS.get(space.subject),
        joined=f"({images}) AS image{described if space.subject == 'description' else ''}",
    )
    sign = 1 if direction.weight > 0 else -1  # what is to be far is found from the other end
    values = {
        "vector": Floats(np.asarray(sign * direction.aim, dtype=np.float32)),
        "model_key": direction.model_key,
        "many": wish.many,
        "each": wish.each,
        "most": wish.most,
    }
    return pools.read(reader, chosen, values, is_described=is_described)
