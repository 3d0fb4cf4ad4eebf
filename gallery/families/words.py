"""What people said of stacks, as rows that history and backups keep; stacks follow at once."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from gallery.families import stacking
from gallery.scanning.saving.copying import int_array

# Image, word, token, when it was said: JSON.
Row = Sequence[Any]

_COLUMNS = """said.image_id, said.word, said.token::text,
    to_char(said.said_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US+00')"""
_READ = f"""
SELECT {_COLUMNS} FROM gallery_stackword AS said
WHERE image_id = ANY(%s::bigint[]) AND word = ANY(%s) ORDER BY image_id, word, token
"""  # noqa: S608 - our own text
_PUT = f"""
INSERT INTO gallery_stackword AS said (image_id, word, token, said_at)
SELECT given.id, given.word, given.token, coalesce(given.at, clock_timestamp())
FROM unnest(%s::bigint[], %s::text[], %s::uuid[], %s::timestamptz[])
    AS given (id, word, token, at)
JOIN gallery_image AS image ON image.id = given.id ORDER BY given.id, given.word, given.token
ON CONFLICT (image_id, word, token) DO NOTHING
RETURNING {_COLUMNS}
"""  # noqa: S608 - our own text
_DROP = f"""
DELETE FROM gallery_stackword AS said
USING unnest(%s::bigint[], %s::text[], %s::uuid[], %s::timestamptz[])
    AS given (id, word, token, at)
WHERE said.image_id = given.id AND said.word = given.word AND said.token = given.token
    AND said.said_at = given.at
RETURNING {_COLUMNS}
"""  # noqa: S608 - our own text
_COLLECTIONS = """
SELECT DISTINCT collection_id FROM gallery_image WHERE id = ANY(%s::bigint[]) ORDER BY 1
"""


def read(cursor: Any, ids: Collection[int], *which: str) -> list[Row]:
    cursor.execute(_READ, [int_array(ids), list(which)])
    return [list(row) for row in cursor.fetchall()]


def put(cursor: Any, rows: Iterable[Row]) -> list[Row]:
    """Those that were not said already; without a time it is now."""
    return _change(cursor, _PUT, rows)


def drop(cursor: Any, rows: Iterable[Row]) -> list[Row]:
    """Those that stood there just so."""
    return _change(cursor, _DROP, rows)


def follow(cursor: Any, ids: Collection[int]) -> None:
    """Stacks as they are by what was said now; the images' rows are locked."""
    if not ids:
        return
    cursor.execute(_COLLECTIONS, [int_array(ids)])
    for (collection,) in cursor.fetchall():
        stacking.lock(cursor, collection)
    stacking.restack(cursor, ids)


def _change(cursor: Any, statement: str, rows: Iterable[Row]) -> list[Row]:
    columns = [list(column) for column in zip(*rows, strict=True)]
    if not columns:
        return []
    cursor.execute(statement, columns)
    return [list(row) for row in cursor.fetchall()]
