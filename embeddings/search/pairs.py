"""Pairs of images whose vectors in one space are near, for all images at once."""

from collections.abc import Iterator

import numpy as np
from django.db import connection, transaction
from psycopg import sql

from embeddings.search import packed
from embeddings.search.packed import Ids
from embeddings.spaces import EmbeddingSpace
from gallery.models import Collection

# Up to so many vectors each is compared with each: seconds, and nothing is missed.
READ_UP_TO = 8192
NEAREST = 24
_BLOCK = 512
_AT_ONCE = 200
_EF = 64

_OF_COLLECTION = sql.SQL(
    "SELECT v.image_id, v.vector FROM {table} v"
    " JOIN gallery_image i ON i.id = v.image_id AND i.fingerprint = v.content"
    " WHERE i.collection_id = {collection} AND v.model_key = {key}"
    " AND i.is_available AND NOT i.is_for_deletion"
)
# Of each image the nearest vectors of the same weights; who they belong to is looked up by the
# caller, so that the index is walked without a filter.
_NEAREST = """
SELECT mine.image_id, near.image_id, near.distance
FROM {table} AS mine CROSS JOIN LATERAL (
    SELECT other.image_id, other.content, other.model_key,
        other.vector <=> mine.vector AS distance
    FROM {table} AS other ORDER BY other.vector <=> mine.vector LIMIT %(many)s) AS near
JOIN gallery_image AS image ON image.id = near.image_id AND image.fingerprint = near.content
JOIN gallery_image AS own ON own.id = mine.image_id AND own.fingerprint = mine.content
WHERE mine.image_id = ANY(%(ids)s) AND mine.model_key = %(key)s AND near.model_key = %(key)s
    AND near.image_id <> mine.image_id AND near.distance <= %(most)s
"""
Block = tuple[Ids, Ids, "np.typing.NDArray[np.float32]"]


def near(
    space: EmbeddingSpace, collection: Collection, key: str, ids: Ids, distance: float
) -> Iterator[tuple[int, Block]]:
    """How many of `ids` are done, and images, others and their cosine distances, at most
    `distance`; vectors of the weights `key` only, and of the content that was looked at.

    Few vectors are compared each with each; of many the nearest ones come from the index, which the
    caller has made sure of.
    """
    if len(ids) <= READ_UP_TO:
        yield from _by_reading(space, collection, key, ids, distance)
        return
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        yield start + len(some), _by_index(space, key, some, distance)


def _by_reading(
    space: EmbeddingSpace, collection: Collection, key: str, ids: Ids, distance: float
) -> Iterator[tuple[int, Block]]:
    query = _OF_COLLECTION.format(
        table=sql.Identifier(space.vectors._meta.db_table),
        collection=sql.Literal(collection.pk),
        key=sql.Literal(key),
    )
    known, vectors = packed.vectors(query, space.width)
    norms = np.linalg.norm(vectors, axis=1)
    is_meant = np.isin(known, ids) & np.isfinite(norms) & (norms > 0)
    known, vectors = known[is_meant], vectors[is_meant] / norms[is_meant, None]
    for start in range(0, len(known), _BLOCK):
        gaps = 1 - vectors[start : start + _BLOCK] @ vectors[start:].T
        a, b = np.nonzero(np.triu(gaps <= distance, 1))
        block = known[start + a], known[start + b], gaps[a, b].clip(min=0)
        yield min(len(known), start + _BLOCK), block


def _by_index(space: EmbeddingSpace, key: str, ids: Ids, distance: float) -> Block:
    statement = _NEAREST.format(table=space.vectors._meta.db_table)
    values = {"ids": ids.tolist(), "key": key, "many": NEAREST, "most": distance}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL hnsw.ef_search = {_EF}")
        cursor.execute("SET LOCAL enable_sort = off")  # what the planner expects of few rows
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    table = np.array(rows, np.float64).reshape(-1, 3)
    return (
        table[:, 0].astype(np.int64),
        table[:, 1].astype(np.int64),
        table[:, 2].astype(np.float32),
    )
