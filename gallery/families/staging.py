"""Which images a look is about, and what it finds, as tables that only this connection sees."""

from typing import Any, Final

from gallery.families.roles import STRENGTH

# What is known of an image, in one number: whoever has another one now is looked at again.
SEEN: Final = """hashtextextended(concat_ws('|', image.fingerprint, image.phash, image.prompt_id,
    image.negative_prompt_id, image.checkpoint_id, image.workflow_id, image.seed, image.width,
    image.height, image.parse_version, image.created_at, image.name), 0)"""
# As `models.sources.file_name` has it, so that its index serves.
FILE_NAME: Final = (
    r"regexp_replace(regexp_replace(source.name, ' \[(input|output|temp)\]$', ''), '^.*[/\\]', '')"
)
MOST_AT_ONCE = 20_000
_RANK = "CASE evidence " + " ".join(f"WHEN '{k}' THEN {v}" for k, v in STRENGTH.items()) + " END"

_DROP = "DROP TABLE IF EXISTS kin_touched, kin_wide, kin_near, kin_found"
_MAKE = """
CREATE TEMP TABLE kin_touched (id bigint PRIMARY KEY);
CREATE TEMP TABLE kin_wide (id bigint PRIMARY KEY);
CREATE TEMP TABLE kin_near (a bigint, b bigint, bits smallint);
CREATE TEMP TABLE kin_found (
    number bigint GENERATED ALWAYS AS IDENTITY, image_id bigint, parent_id bigint, role text,
    evidence text, distance smallint, is_version boolean)
"""
_TOUCHED = f"""
INSERT INTO kin_touched
SELECT image.id FROM gallery_image AS image
LEFT JOIN gallery_stacked AS stacked ON stacked.image_id = image.id
WHERE image.collection_id = %(collection)s
    AND (%(whole)s OR stacked.seen IS DISTINCT FROM {SEEN})
"""  # noqa: S608 - our own text
_ALL = """
INSERT INTO kin_touched SELECT id FROM gallery_image WHERE collection_id = %(collection)s
ON CONFLICT DO NOTHING
"""
# Whose parents by record or recipe may be others now: those of the same recipe, and those that name
# one of the touched as their source.
_WIDE = f"""
INSERT INTO kin_wide SELECT id FROM kin_touched
UNION SELECT other.id FROM (
        SELECT DISTINCT seed, prompt_id FROM kin_touched JOIN gallery_image USING (id)
        WHERE seed IS NOT NULL AND prompt_id IS NOT NULL) AS recipe
    JOIN gallery_image AS other
        ON other.seed = recipe.seed AND other.prompt_id = recipe.prompt_id
        AND other.collection_id = %(collection)s
UNION SELECT other.id FROM kin_touched JOIN gallery_image AS image ON image.id = kin_touched.id
    JOIN gallery_image AS other ON other.fingerprint = image.fingerprint
        AND other.collection_id = %(collection)s
UNION SELECT kin.image_id
    FROM kin_touched JOIN gallery_kin AS kin ON kin.parent_id = kin_touched.id
UNION SELECT source.image_id
    FROM kin_touched JOIN gallery_image AS image ON image.id = kin_touched.id
    JOIN gallery_imagesource AS source ON {FILE_NAME} = image.name
    JOIN gallery_image AS other ON other.id = source.image_id
        AND other.collection_id = %(collection)s
"""  # noqa: S608 - our own text
_COUNT = """
SELECT (SELECT count(*) FROM kin_touched),
    (SELECT count(*) FROM gallery_image WHERE collection_id = %(collection)s)
"""
# Of two that are each other's parent the better known one counts, and of ways to know one edge.
_BEST = f"""
DELETE FROM kin_found WHERE number IN (
    SELECT number FROM (
        SELECT number, row_number() OVER (
            PARTITION BY least(image_id, parent_id), greatest(image_id, parent_id)
            ORDER BY {_RANK} DESC, is_version DESC, number) AS place
        FROM kin_found) AS each
    WHERE place > 1)
"""  # noqa: S608 - our own text
_GONE = """
DELETE FROM gallery_kin AS kin WHERE (
    (kin.evidence = 'pixels' AND (kin.image_id IN (
            SELECT id FROM kin_touched UNION SELECT a FROM kin_near UNION SELECT b FROM kin_near)
        OR kin.parent_id IN (SELECT id FROM kin_touched)))
    OR (kin.evidence <> 'pixels' AND kin.image_id IN (SELECT id FROM kin_wide)))
    AND NOT EXISTS (SELECT FROM kin_found AS found
        WHERE found.image_id = kin.image_id AND found.parent_id = kin.parent_id)
RETURNING image_id, parent_id
"""
# In order of id, as everywhere; images that were removed meanwhile have no parents.
_PUT = """
INSERT INTO gallery_kin AS kin (image_id, parent_id, role, evidence, distance, is_version)
SELECT image_id, parent_id, role, evidence, distance, is_version FROM kin_found AS found
WHERE EXISTS (SELECT FROM gallery_image WHERE id = found.image_id)
    AND EXISTS (SELECT FROM gallery_image WHERE id = found.parent_id)
    AND NOT EXISTS (SELECT FROM gallery_kin AS other
        WHERE other.image_id = found.parent_id AND other.parent_id = found.image_id)
ORDER BY image_id, parent_id
ON CONFLICT (image_id, parent_id) DO UPDATE SET role = EXCLUDED.role,
    evidence = EXCLUDED.evidence, distance = EXCLUDED.distance, is_version = EXCLUDED.is_version
WHERE (kin.role, kin.evidence, kin.distance, kin.is_version) IS DISTINCT FROM
    (EXCLUDED.role, EXCLUDED.evidence, EXCLUDED.distance, EXCLUDED.is_version)
RETURNING image_id, parent_id
"""
_SEE = f"""
INSERT INTO gallery_stacked AS stacked (image_id, seen)
SELECT image.id, {SEEN} FROM kin_touched JOIN gallery_image AS image USING (id) ORDER BY image.id
ON CONFLICT (image_id) DO UPDATE SET seen = EXCLUDED.seen
WHERE stacked.seen IS DISTINCT FROM EXCLUDED.seen
"""  # noqa: S608 - our own text


def begin(cursor: Any, collection: int, *, is_whole: bool) -> tuple[int, bool]:
    """How many images are to be looked at, and whether those are all: with many it is cheaper to
    look at each."""
    cursor.execute(_DROP)
    for statement in _MAKE.split(";"):
        cursor.execute(statement)
    values = {"collection": collection, "whole": is_whole}
    cursor.execute(_TOUCHED, values)
    cursor.execute(_COUNT, values)
    touched, total = cursor.fetchone()
    if not is_whole and touched > min(MOST_AT_ONCE, total // 4):
        cursor.execute(_ALL, values)
        touched, is_whole = total, True
    cursor.execute("ANALYZE kin_touched")
    if is_whole:
        cursor.execute("INSERT INTO kin_wide SELECT id FROM kin_touched")
    elif touched:
        cursor.execute(_WIDE, values)
    cursor.execute("ANALYZE kin_wide")
    return touched, is_whole


def settle(cursor: Any) -> None:
    cursor.execute(_BEST)
    cursor.execute("ANALYZE kin_found")


def store(cursor: Any) -> set[int]:
    """Makes what was found what is so; the images of edges that are others now."""
    changed: set[int] = set()
    for statement in (_GONE, _PUT):
        cursor.execute(statement)
        for row in cursor.fetchall():
            changed.update(row)
    return changed


def see(cursor: Any) -> None:
    """What was looked at is."""
    cursor.execute(_SEE)


def end(cursor: Any) -> None:
    cursor.execute(_DROP)
