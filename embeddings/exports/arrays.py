"""The vectors of many images as named arrays: each unique vector once, and which image has which.

Sizes are known before the first row is read and all rows are read as they are written, so that
memory does not grow with the library.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection, transaction

from embeddings import subjects
from embeddings.exports import rows
from embeddings.spaces import EmbeddingSpace
from gallery.querysets import ImageQuerySet

# What is written must be what was counted, whatever is embedded or removed meanwhile.
_ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
_STAGE = """
CREATE TEMP TABLE exported ON COMMIT DROP AS
SELECT image.id, {subjects} FROM gallery_image AS image WHERE false
"""
_FILL = "INSERT INTO exported SELECT image.id, {subjects} FROM gallery_image AS image WHERE id IN "
# Keys are numbered in the order of their bytes, in which Python sorts them too.
_KNOWN = """
CREATE TEMP TABLE exported_{name} ON COMMIT DROP AS
SELECT known.{subject} AS subject,
    (row_number() OVER (ORDER BY known.{subject}) - 1)::int AS place,
    (dense_rank() OVER (ORDER BY known.model_key COLLATE "C") - 1)::int AS model,
    known.model_key
FROM {table} AS known WHERE known.{subject} IN (SELECT {name} FROM exported)
"""
_COUNT = "SELECT count(*) FROM exported_{name}"
_KEYS = "SELECT DISTINCT model_key FROM exported_{name}"
_VECTORS = """
SELECT {value} FROM {table} AS known
WHERE known.{subject} IN (SELECT subject FROM exported_{name}) ORDER BY known.{subject}
"""
_MODEL = "SELECT model FROM exported_{name} ORDER BY place"
_OF = """
SELECT coalesce(known.place, -1) FROM exported
LEFT JOIN exported_{name} AS known ON known.subject = exported.{name} ORDER BY exported.id
"""
_ON_DISK = """
SELECT {what}
FROM exported JOIN gallery_image AS image USING (id)
JOIN gallery_folder AS folder ON folder.id = image.folder_id
JOIN gallery_libraryroot AS root ON root.id = folder.root_id
CROSS JOIN LATERAL concat_ws('/', root.path, nullif(folder.path, ''), image.name) AS on_disk
"""
_PATHS = _ON_DISK.format(what="on_disk") + "ORDER BY image.id"
_SIZE = _ON_DISK.format(what="coalesce(sum(octet_length(on_disk)), 0)::bigint")
_ENDS = (
    _ON_DISK.format(what="sum(octet_length(on_disk)) OVER (ORDER BY image.id)::bigint")
    + "ORDER BY image.id"
)


@dataclass(frozen=True, slots=True)
class Array:
    """`dtype` as numpy spells it, little-endian; `blocks` gives its bytes in order."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    blocks: Callable[[], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Arrays:
    """`about` says by space whose weights made it; of several, `{space}_model` names which."""

    arrays: Sequence[Array]
    about: dict[str, str]


@contextmanager
def of(images: ImageQuerySet, spaces: Sequence[EmbeddingSpace]) -> Iterator[Arrays]:
    """As they are at one moment: arrays are read within the block, which is a transaction."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_outermost:
            cursor.execute(_ONE_MOMENT)
        _stage(cursor, images, spaces)
        count = _number(cursor, "SELECT count(*) FROM exported")
        size = _number(cursor, _SIZE)
        found = [
            _numbers("image_ids", "<i8", count, "SELECT id FROM exported ORDER BY id"),
            # All paths in one run of UTF-8; the nth ends at the nth of `path_ends`.
            _numbers("path_ends", "<i8", count, _ENDS),
            Array("paths_utf8", "|u1", (size,), partial(rows.texts, _PATHS)),
        ]
        about: dict[str, str] = {}
        for space in spaces:
            made, keys = _of_space(cursor, space, count)
            found += made
            about[space.name] = json.dumps(keys)
        yield Arrays(found, about)


def _stage(cursor: Any, images: ImageQuerySet, spaces: Sequence[EmbeddingSpace]) -> None:
    columns = ", ".join(f"{subjects.of_image(space)} AS {space.name}" for space in spaces)
    chosen, params = images.order_by().values("pk").query.sql_with_params()
    cursor.execute(_STAGE.format(subjects=columns))
    cursor.execute(f"{_FILL.format(subjects=columns)} ({chosen})", params)
    cursor.execute("ANALYZE exported")


def _of_space(cursor: Any, space: EmbeddingSpace, images: int) -> tuple[list[Array], list[str]]:
    words = {
        "name": space.name,
        "table": space.vectors._meta.db_table,
        "subject": subjects.column(space),
    }
    cursor.execute(_KNOWN.format(**words))
    cursor.execute(f"ANALYZE exported_{space.name}")
    known = _number(cursor, _COUNT.format(**words))
    cursor.execute(_KEYS.format(**words))
    keys = sorted(key for (key,) in cursor.fetchall())
    vectors = _VECTORS.format(value="known.vector", **words)
    norms = _VECTORS.format(value="l2_norm(known.vector)::real", **words)
    return [
        Array(space.name, "<f2", (known, space.width), partial(rows.halves, vectors)),
        _numbers(f"{space.name}_norms", "<f4", known, norms),
        _numbers(f"{space.name}_model", "<i4", known, _MODEL.format(**words)),
        _numbers(f"{space.name}_of", "<i4", images, _OF.format(**words)),
    ], keys


def _numbers(name: str, dtype: str, count: int, query: str) -> Array:
    return Array(name, dtype, (count,), partial(rows.numbers, query, dtype))


def _number(cursor: Any, query: str) -> int:
    cursor.execute(query)
    return int(cursor.fetchone()[0])
