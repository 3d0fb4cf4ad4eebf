"""Which file each recorded use means: by hash, then by name; nothing is guessed beyond that.

A use is a resource and the hash recorded beside it, in any form and length: it means a file where
one begins as the other. Without such a file the name decides (exact, then whatever its case, then
names that header and JSON give or that the file once had), unless the file's own hash of that form
is another one. Several files that fit equally and are no copies of each other are none.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from gallery.models import ResourceFile
from gallery.scanning.saving.copying import int_array

_LOCK = 0x11_4C
_ALL = """
CREATE TEMPORARY TABLE pair AS
SELECT DISTINCT resource_id, recorded_hash FROM gallery_imageresource
"""
_UNLINKED_OF_IMAGES = """
CREATE TEMPORARY TABLE pair AS
SELECT DISTINCT resource_id, recorded_hash FROM gallery_imageresource AS use
WHERE image_id = ANY(%s::bigint[]) AND NOT EXISTS (
    SELECT FROM gallery_resourcematch AS match
    WHERE match.resource_id = use.resource_id AND match.recorded_hash = use.recorded_hash)
"""
# Tiers: 1 a hash of ten or more characters; 2, 3 one of eight, with and without the name;
# 4, 5, 6 the exact name, its letters, another name.
_CANDIDATES = r"""
CREATE TEMPORARY TABLE candidate AS
WITH wanted AS MATERIALIZED (
    SELECT pair.*, resource.kind, resource.name, lower(resource.name) AS folded,
        substring(lower(recorded_hash) FROM '^(?:0x|sha256:|autov[123]:)?([0-9a-f]{8,64})$') AS hash
    FROM pair JOIN gallery_resource AS resource ON resource.id = pair.resource_id
), key AS MATERIALIZED (
    SELECT file.id, each.key, left(each.key, 8) AS start
    FROM gallery_resourcefile AS file,
        unnest(ARRAY[sha256, autov3, autov1] || stated_hashes) AS each (key)
    WHERE length(each.key) >= 8
), called AS MATERIALIZED (
    SELECT id, lower(name) AS folded FROM gallery_resourcefile
    UNION SELECT id, lower(other) FROM gallery_resourcefile,
        unnest(aliases || former_names) AS other
), met AS (
    SELECT wanted.*, file.id AS file_id, length(wanted.hash) AS length, length(key.key) AS known
    FROM wanted
    JOIN key ON key.start = left(wanted.hash, 8) AND (starts_with(key.key, wanted.hash)
        OR length(key.key) >= 10 AND starts_with(wanted.hash, key.key))
    JOIN gallery_resourcefile AS file ON file.id = key.id
    UNION ALL
    SELECT wanted.*, file.id, NULL, NULL
    FROM wanted
    JOIN called ON called.folded = wanted.folded
    JOIN gallery_resourcefile AS file ON file.id = called.id
    WHERE file.kind IN ('', wanted.kind) AND (wanted.hash IS NULL OR NOT CASE
        WHEN file.hashed_at IS NOT NULL THEN true
        WHEN file.kind = 'checkpoint' AND length(wanted.hash) = 8 THEN file.autov1 <> ''
        WHEN length(wanted.hash) = 10 THEN file.sha256 <> '' END IS TRUE)
), told AS (
    SELECT met.resource_id, met.recorded_hash, met.hash, met.file_id, file.is_available, file.size,
        nullif(file.sha256, '') AS sha256, lower(file.name) = met.folded AS is_named,
        CASE WHEN least(length, known) >= 10 THEN 1
            WHEN length IS NOT NULL THEN CASE
                WHEN lower(file.name) = met.folded THEN 2
                WHEN file.kind IN ('', met.kind) THEN 3 END
            WHEN file.name = met.name THEN 4
            WHEN lower(file.name) = met.folded THEN 5
            ELSE 6 END AS tier
    FROM met JOIN gallery_resourcefile AS file ON file.id = met.file_id
)
SELECT told.*, dense_rank() OVER (
    PARTITION BY resource_id, recorded_hash ORDER BY tier, is_available DESC) AS place
FROM told WHERE tier IS NOT NULL
"""
_BEST = """
CREATE TEMPORARY TABLE best AS
SELECT resource_id, recorded_hash,
    (array_agg(file_id ORDER BY is_named DESC, file_id))[1] AS file_id,
    CASE WHEN min(tier) <= 3 THEN 'hash' ELSE 'name' END AS rule
FROM candidate WHERE place = 1 GROUP BY resource_id, recorded_hash
HAVING min(tier) = 1 OR min(size) = max(size) AND coalesce(min(sha256) = max(sha256), true)
"""
_UNLINK = """
DELETE FROM gallery_resourcematch AS match WHERE NOT EXISTS (
    SELECT FROM best WHERE best.resource_id = match.resource_id
        AND best.recorded_hash = match.recorded_hash)
"""
_LINK = """
INSERT INTO gallery_resourcematch AS match (resource_id, recorded_hash, file_id, rule)
SELECT resource_id, recorded_hash, file_id, rule FROM best ORDER BY resource_id, recorded_hash
ON CONFLICT (resource_id, recorded_hash) DO UPDATE SET file_id = excluded.file_id,
    rule = excluded.rule
WHERE (match.file_id, match.rule) IS DISTINCT FROM (excluded.file_id, excluded.rule)
"""
# A name without its hash is for the time being: the file's own hash will confirm it or not.
_WANT = """
UPDATE gallery_resourcefile AS file SET is_hash_wanted = true
WHERE NOT is_hash_wanted AND hashed_at IS NULL AND id IN (
    SELECT file_id FROM candidate AS named WHERE tier >= 4 AND hash IS NOT NULL AND NOT EXISTS (
        SELECT FROM candidate AS sure WHERE sure.resource_id = named.resource_id
            AND sure.recorded_hash = named.recorded_hash AND sure.tier <= 3))
"""
_WANT_NONE = "UPDATE gallery_resourcefile SET is_hash_wanted = false WHERE is_hash_wanted"


def link_all() -> int:
    """Every use there is; how many are linked now. Seconds for millions of uses."""
    with _alone() as cursor:
        cursor.execute(_ALL)
        _choose(cursor)
        cursor.execute(_UNLINK)
        cursor.execute(_LINK)
        cursor.execute(_WANT_NONE)
        cursor.execute(_WANT)
        cursor.execute("SELECT count(*) FROM gallery_resourcematch")
        return int(cursor.fetchone()[0])


def link_images(image_ids: Sequence[int]) -> None:
    """What these images use and is not linked yet; called after they were read."""
    if not ResourceFile.objects.exists():
        return
    with _alone() as cursor:
        cursor.execute(_UNLINKED_OF_IMAGES, [int_array(image_ids)])
        if cursor.rowcount:
            _choose(cursor)
            cursor.execute(_LINK)
            cursor.execute(_WANT)


@contextmanager
def _alone() -> Iterator[Any]:
    """One at a time, as two would wait for each other's rows; what is made for it goes with it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield cursor
        cursor.execute("DROP TABLE IF EXISTS pair, candidate, best")


def _choose(cursor: Any) -> None:
    cursor.execute("ANALYZE pair")
    cursor.execute(_CANDIDATES)
    cursor.execute(_BEST)
