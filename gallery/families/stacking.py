"""Puts images into stacks: by the edges that are known, and by what people said, which counts."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from gallery.families import components
from gallery.families.components import Edge
from gallery.scanning.saving.copying import copy, int_array

# One at a time, a person's act and a look alike, so that each sees the other's stacks whole.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('dtoolkit families', %s))"
_AT_ONCE = 50_000

_MAKE = "CREATE TEMP TABLE restacked (id bigint PRIMARY KEY, version bigint) ON COMMIT DROP"
_GIVEN = "INSERT INTO restacked SELECT DISTINCT unnest(%s::bigint[])"
_ALL = "INSERT INTO restacked SELECT id FROM gallery_image WHERE collection_id = %s"
# Whom they are joined to now or were so far, and all of those stacks.
_NEIGHBOURS = """
INSERT INTO restacked
SELECT kin.parent_id FROM restacked JOIN gallery_kin AS kin ON kin.image_id = restacked.id
    WHERE kin.is_version
UNION SELECT kin.image_id FROM restacked JOIN gallery_kin AS kin ON kin.parent_id = restacked.id
    WHERE kin.is_version
UNION SELECT mate.image_id FROM restacked
    JOIN gallery_stackword AS said ON said.image_id = restacked.id AND said.word = 'together'
    JOIN gallery_stackword AS mate ON mate.token = said.token AND mate.word = 'together'
ON CONFLICT DO NOTHING
"""
_MATES = """
INSERT INTO restacked
SELECT other.image_id FROM (
    SELECT DISTINCT gallery_stacked.version FROM restacked JOIN gallery_stacked ON image_id = id
        WHERE gallery_stacked.version IS NOT NULL) AS held
    JOIN gallery_stacked AS other ON other.version = held.version
ON CONFLICT DO NOTHING
"""
_EDGES = """
SELECT kin.image_id, kin.parent_id, kin.evidence, kin.distance
FROM gallery_kin AS kin JOIN restacked AS child ON child.id = kin.image_id
JOIN restacked AS parent ON parent.id = kin.parent_id
WHERE kin.is_version
"""
_WORDS = """
SELECT said.image_id, said.word, said.token FROM gallery_stackword AS said
JOIN restacked ON restacked.id = said.image_id WHERE said.word IN ('apart', 'together')
ORDER BY said.token, said.image_id
"""
_HASHES = """
SELECT id, phash FROM gallery_image
WHERE id = ANY(%s::bigint[]) AND phash IS NOT NULL
"""
_FOUND = "CREATE TEMP TABLE refound (id bigint PRIMARY KEY, version bigint) ON COMMIT DROP"
_COPY = "COPY refound (id, version) FROM STDIN"
_KEEP = """
UPDATE restacked SET version = refound.version FROM refound WHERE refound.id = restacked.id
"""
# An idea is that of the stack's first image. Who stands apart is in none.
_STORE = """
INSERT INTO gallery_stacked AS stacked (image_id, version, idea, cover_at)
SELECT restacked.id, restacked.version, CASE
        WHEN apart.id IS NOT NULL THEN NULL
        WHEN restacked.version IS NULL THEN own.batch
        ELSE coalesce(first.batch, restacked.version) END,
    cover.said_at
FROM restacked
JOIN gallery_image AS image ON image.id = restacked.id
LEFT JOIN gallery_stacked AS own ON own.image_id = restacked.id
LEFT JOIN gallery_stacked AS first ON first.image_id = restacked.version
LEFT JOIN gallery_stackword AS apart ON apart.image_id = restacked.id AND apart.word = 'apart'
LEFT JOIN gallery_stackword AS cover ON cover.image_id = restacked.id AND cover.word = 'cover'
ORDER BY restacked.id
ON CONFLICT (image_id) DO UPDATE
SET version = EXCLUDED.version, idea = EXCLUDED.idea, cover_at = EXCLUDED.cover_at
WHERE (stacked.version, stacked.idea, stacked.cover_at) IS DISTINCT FROM
    (EXCLUDED.version, EXCLUDED.idea, EXCLUDED.cover_at)
"""


def lock(cursor: Any, collection: int) -> None:
    """Until the transaction ends."""
    cursor.execute(_LOCK, [collection])


def restack(cursor: Any, ids: Iterable[int]) -> None:
    """These images, and whoever they are joined to or were. The lock is held."""
    _begin(cursor)
    cursor.execute(_GIVEN, [int_array(ids)])
    for statement in (_NEIGHBOURS, _MATES):
        cursor.execute(statement)
    _stack(cursor)


def restack_all(cursor: Any, collection: int) -> None:
    _begin(cursor)
    cursor.execute(_ALL, [collection])
    _stack(cursor)


def _begin(cursor: Any) -> None:
    cursor.execute("DROP TABLE IF EXISTS restacked, refound")
    cursor.execute(_MAKE)
    cursor.execute(_FOUND)


def _stack(cursor: Any) -> None:
    cursor.execute("ANALYZE restacked")
    cursor.execute(_WORDS)
    apart: set[int] = set()
    groups: dict[UUID, list[int]] = {}
    for image, word, token in cursor.fetchall():
        if word == "apart":
            apart.add(image)
        else:
            groups.setdefault(token, []).append(image)
    together = [
        (members[0], other)
        for group in groups.values()
        if (members := [image for image in group if image not in apart])
        for other in members[1:]
    ]
    cursor.execute(_EDGES)
    edges = [Edge(*row) for row in cursor.fetchall() if row[0] not in apart and row[1] not in apart]
    joined = {end for edge in edges for end in (edge.child, edge.parent)}
    cursor.execute(_HASHES, [int_array(joined)])
    found = components.stacks(edges, together, dict(cursor.fetchall()))
    copy(cursor, _COPY, found.items())
    cursor.execute("ANALYZE refound")
    cursor.execute(_KEEP)
    cursor.execute(_STORE)
