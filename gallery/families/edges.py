"""Who was made from whom, where the file names its source and where recipe and seed are the same.

Set-based, and no image meets more than a handful of others: of those alike each meets the one
before it and the first, in order of size.
"""

from typing import Any

from gallery.duplicates.ranking import LOSSLESS
from gallery.families.roles import (
    CONTENT,
    MOST_DENOISE,
    OF_SOURCES,
    OTHER_SEED_BITS,
    PIXELS,
    RECIPE,
    RECIPE_BITS,
    RECORDED,
    RECORDED_BITS,
)
from gallery.families.staging import FILE_NAME

# Areas within a tenth are one size; sides that differ by less than a twenty-fifth have one shape.
_LARGER, _SMALLER, _SHAPE = 1.1, 0.9, 0.04
_LOSSLESS = ", ".join(f"'{name}'" for name in LOSSLESS)
_ROLE_OF = " ".join(f"WHEN '{kind}' THEN '{role}'" for kind, role in OF_SOURCES.items())
_BITS_OF = " ".join(f"WHEN '{role}' THEN {bits}" for role, bits in RECORDED_BITS.items())
_VERSIONS = ", ".join(f"'{role}'" for role in RECORDED_BITS)


def _bits(a: str, b: str) -> str:
    return f"bit_count(({a}.phash # {b}.phash)::bit(64))"


def _role(parent: str, child: str) -> str:
    """Of two pictures that are one: what became of the first. Both have `area` and `shape`."""
    return f"""CASE
        WHEN abs({child}.shape - {parent}.shape) > {_SHAPE}
            THEN CASE WHEN {child}.area < {parent}.area THEN 'cropped' ELSE 'variation' END
        WHEN {child}.area > {_LARGER} * {parent}.area THEN 'upscaled'
        WHEN {child}.area < {_SMALLER} * {parent}.area THEN 'reduced'
        WHEN {child}.format <> {parent}.format THEN 'converted'
        ELSE 'variation' END"""


# Copies beyond the first are nobody's parents: their pictures are the first one's.
_SIZED = f"""
SELECT id, phash, format, created_at, prompt_id, negative_prompt_id, checkpoint_id,
    seed, width::bigint * height AS area, ln(width::float8 / height) AS shape,
    format IN ({_LOSSLESS}) AS is_lossless
FROM gallery_image AS image
WHERE collection_id = %(collection)s AND width > 0 AND height > 0
    AND NOT EXISTS (SELECT FROM gallery_image AS twin
        WHERE twin.fingerprint = image.fingerprint AND twin.collection_id = image.collection_id
            AND (twin.created_at, twin.id) < (image.created_at, image.id))
"""  # noqa: S608 - our own text

_COPIES = f"""
INSERT INTO kin_found (image_id, parent_id, role, evidence, distance, is_version)
SELECT id, first, 'copy', '{CONTENT}', NULL, true FROM (
    SELECT id, first_value(id) OVER (PARTITION BY fingerprint ORDER BY created_at, id) AS first
    FROM gallery_image
    WHERE collection_id = %(collection)s AND fingerprint IS NOT NULL
        AND (%(whole)s OR id IN (SELECT id FROM kin_wide))) AS held
WHERE id <> first
"""  # noqa: S608 - our own text

# The name is all that is recorded, and thousands may be called so: the one in the same folder, else
# of a hundred the one that looks most alike where the picture itself went in, else the one that was
# there last.
_RECORDED = f"""
INSERT INTO kin_found (image_id, parent_id, role, evidence, distance, is_version)
SELECT image_id, parent_id, role, '{RECORDED}', bits, CASE
    WHEN role NOT IN ({_VERSIONS}) THEN false
    WHEN bits IS NOT NULL THEN bits <= CASE role {_BITS_OF} END
    WHEN role = 'img2img' THEN coalesce(denoise <= {MOST_DENOISE}, false)
    ELSE true END
FROM (
    SELECT source.image_id, found.id AS parent_id, child.denoise,
        CASE source.kind {_ROLE_OF} ELSE source.kind END AS role,
        {_bits("child", "found")} AS bits
    FROM kin_wide
    JOIN gallery_image AS child ON child.id = kin_wide.id
    JOIN gallery_imagesource AS source ON source.image_id = child.id AND source.name <> ''
    CROSS JOIN LATERAL (SELECT {FILE_NAME} AS name) AS called
    CROSS JOIN LATERAL (
        SELECT id, phash FROM (
            (SELECT id, phash, created_at, folder_id FROM gallery_image
                WHERE folder_id = child.folder_id AND name = called.name)
            UNION
            (SELECT id, phash, created_at, folder_id FROM gallery_image
                WHERE collection_id = child.collection_id AND name = called.name
                LIMIT 100)) AS other
        WHERE other.id <> child.id
        ORDER BY other.folder_id = child.folder_id DESC,
            CASE WHEN source.kind IN ('img2img', 'inpaint', 'upscale')
                THEN {_bits("child", "other")} END,
            other.created_at <= child.created_at DESC,
            abs(extract(epoch FROM other.created_at - child.created_at)), other.id
        LIMIT 1) AS found) AS named
"""  # noqa: S608 - our own text

# What loses nothing comes first, from the smallest on; then what was saved from it, from the
# largest on.
_RECIPE = f"""
WITH alike AS (
    SELECT one.*, bool_or(is_lossless) OVER same AS has_lossless,
        round(shape / {_SHAPE}) AS shape_step
    FROM ({_SIZED} AND seed IS NOT NULL AND prompt_id IS NOT NULL AND duration_ms IS NULL
        AND (%(whole)s OR id IN (SELECT id FROM kin_wide))) AS one
    WINDOW same AS (
        PARTITION BY prompt_id, negative_prompt_id, checkpoint_id, seed,
            round(shape / {_SHAPE}))),
ordered AS (
    SELECT id, count(*) OVER same AS many, lag(id) OVER turn AS before,
        first_value(id) OVER turn AS first
    FROM alike
    WINDOW same AS (
            PARTITION BY prompt_id, negative_prompt_id, checkpoint_id, seed, shape_step),
        turn AS (
            PARTITION BY prompt_id, negative_prompt_id, checkpoint_id, seed, shape_step
            ORDER BY NOT is_lossless,
                CASE WHEN has_lossless AND NOT is_lossless THEN -area ELSE area END,
                created_at, id)),
paired AS (
    SELECT DISTINCT ordered.id, parent
    FROM ordered CROSS JOIN LATERAL unnest(ARRAY[before, first]) AS parent
    WHERE many > 1 AND before IS NOT NULL AND parent <> ordered.id)
INSERT INTO kin_found (image_id, parent_id, role, evidence, distance, is_version)
SELECT DISTINCT ON (child_id) child_id, parent_id, role, '{RECIPE}', bits, true
FROM (
    SELECT child.id AS child_id, parent.id AS parent_id, {_role("parent", "child")} AS role,
        {_bits("child", "parent")} AS bits,
        abs(ln(child.area::float8 / parent.area)) AS farther
    FROM paired JOIN alike AS child ON child.id = paired.id
    JOIN alike AS parent ON parent.id = paired.parent) AS found
WHERE bits <= {RECIPE_BITS} OR (bits IS NULL AND role IN ('upscaled', 'reduced'))
ORDER BY child_id, bits / 4, farther, parent_id
"""  # noqa: S608 - our own text

# Nothing but the picture tells: what loses nothing is no child of what does unless that is smaller,
# then who was there first, then the smaller one.
_PIXELS = f"""
WITH sized AS ({_SIZED} AND id IN (SELECT a FROM kin_near UNION SELECT b FROM kin_near)),
turned AS (
    SELECT near.bits, CASE WHEN is_so THEN a ELSE b END AS parent_id,
        CASE WHEN is_so THEN b ELSE a END AS child_id
    FROM (
        SELECT near.*, CASE
            WHEN a.is_lossless <> b.is_lossless
                AND CASE WHEN a.is_lossless THEN a.area >= b.area ELSE b.area >= a.area END
                THEN a.is_lossless
            WHEN abs(extract(epoch FROM a.created_at - b.created_at)) > 1
                THEN a.created_at < b.created_at
            ELSE (a.area, a.id) < (b.area, b.id) END AS is_so
        FROM kin_near AS near JOIN sized AS a ON a.id = near.a JOIN sized AS b ON b.id = near.b
        WHERE a.seed = b.seed OR a.seed IS NULL OR b.seed IS NULL
            OR near.bits <= {OTHER_SEED_BITS}) AS near)
INSERT INTO kin_found (image_id, parent_id, role, evidence, distance, is_version)
SELECT DISTINCT ON (child.id) child.id, parent.id, {_role("parent", "child")}, '{PIXELS}',
    bits, true
FROM turned JOIN sized AS child ON child.id = child_id JOIN sized AS parent ON parent.id = parent_id
ORDER BY child.id, bits / 4, abs(ln(child.area::float8 / parent.area)), parent.id
"""  # noqa: S608 - our own text


def copies(cursor: Any, collection: int, *, is_whole: bool) -> None:
    cursor.execute(_COPIES, {"collection": collection, "whole": is_whole})


def recorded(cursor: Any) -> None:
    """Of `kin_wide` into `kin_found`."""
    cursor.execute(_RECORDED)


def recipe(cursor: Any, collection: int, *, is_whole: bool) -> None:
    cursor.execute(_RECIPE, {"collection": collection, "whole": is_whole})


def pixels(cursor: Any, collection: int) -> None:
    """Of the pairs in `kin_near`."""
    cursor.execute(_PIXELS, {"collection": collection})
