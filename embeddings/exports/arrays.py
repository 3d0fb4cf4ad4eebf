"""The vectors of many images as named arrays: each unique vector once, and which image has which.

Sizes are known before the first row is read, so that a file can be written as it comes and memory
does not grow with the library.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from embeddings import subjects
from embeddings.exports import rows
from embeddings.spaces import EmbeddingSpace
from gallery.querysets import ImageQuerySet

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_BLOCK = 1000
_STAGE = """
CREATE TEMP TABLE exported ON COMMIT DROP AS
SELECT image.id, {subjects} FROM gallery_image AS image WHERE false
"""
_FILL = "INSERT INTO exported SELECT image.id, {subjects} FROM gallery_image AS image WHERE id IN "
_KEYS = """
SELECT known.{subject}, known.model_key FROM {table} AS known
WHERE known.{subject} IN (SELECT {name} FROM exported) ORDER BY 1
"""
_OF = "SELECT {name} FROM exported ORDER BY id"
_VECTORS = """
SELECT known.vector FROM {table} AS known
WHERE known.{subject} IN (SELECT {name} FROM exported) ORDER BY known.{subject}
"""
_PATHS = """
SELECT concat_ws('/', root.path, nullif(folder.path, ''), image.name)
FROM exported JOIN gallery_image AS image USING (id)
JOIN gallery_folder AS folder ON folder.id = image.folder_id
JOIN gallery_libraryroot AS root ON root.id = folder.root_id
ORDER BY image.id
"""


@dataclass(frozen=True, slots=True)
class Array:
    """`dtype` as numpy spells it, little-endian; `blocks` gives its bytes in order, once."""

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
    """As they are at one moment: within the block, which is a transaction, arrays are read in the
    order in which they stand here."""
    with transaction.atomic(), connection.cursor() as cursor:
        _stage(cursor, images, spaces)
        cursor.execute("SELECT id FROM exported ORDER BY id")
        ids = _int64(pk for (pk,) in cursor.fetchall())
        found = [_whole("image_ids", ids), *_paths(cursor)]
        about: dict[str, str] = {}
        for space in spaces:
            made, keys = _of_space(cursor, space)
            found += made
            about[space.name] = json.dumps(keys)
        yield Arrays(found, about)


def _stage(cursor: Any, images: ImageQuerySet, spaces: Sequence[EmbeddingSpace]) -> None:
    columns = ", ".join(f"{subjects.of_image(space)} AS {space.name}" for space in spaces)
    chosen, params = images.order_by().values("pk").query.sql_with_params()
    cursor.execute(_STAGE.format(subjects=columns))
    cursor.execute(f"{_FILL.format(subjects=columns)} ({chosen})", params)
    cursor.execute("ANALYZE exported")


def _of_space(cursor: Any, space: EmbeddingSpace) -> tuple[list[Array], list[str]]:
    import numpy as np

    words = {
        "name": space.name,
        "table": space.vectors._meta.db_table,
        "subject": subjects.column(space),
    }
    cursor.execute(_KEYS.format(**words))
    known = cursor.fetchall()
    subject_ids = _int64(pk for pk, _ in known)
    keys = sorted({key for _, key in known})
    number = {key: n for n, key in enumerate(keys)}
    which = np.fromiter((number[key] for _, key in known), np.int32, len(known))
    cursor.execute(_OF.format(**words))
    of_image = _int64(-1 if pk is None else pk for (pk,) in cursor.fetchall())
    place = np.searchsorted(subject_ids, of_image)
    within = np.minimum(place, max(0, len(subject_ids) - 1))
    has = len(subject_ids) > 0 and subject_ids[within] == of_image
    indexes = np.where(has, within, -1).astype(np.int32)
    norms: list[float] = []

    def blocks() -> Iterator[bytes]:
        block: list[bytes] = []
        for vector in rows.vectors(_VECTORS.format(**words)):
            norms.append(float(np.linalg.norm(vector.astype(np.float32))))
            block.append(vector.tobytes())
            if len(block) == _BLOCK:
                yield b"".join(block)
                block = []
        yield b"".join(block)

    return [
        Array(space.name, "<f2", (len(known), space.width), blocks),
        Array(
            f"{space.name}_norms",
            "<f4",
            (len(known),),
            lambda: iter((np.array(norms, "<f4").tobytes(),)),
        ),
        _whole(f"{space.name}_model", which),
        _whole(f"{space.name}_of", indexes),
    ], keys


def _paths(cursor: Any) -> Iterator[Array]:
    """All paths in one run of UTF-8; the nth ends at the nth of `path_ends`."""
    import numpy as np

    cursor.execute(_PATHS)
    encoded = [path.encode("utf-8", "surrogatepass") for (path,) in cursor.fetchall()]
    ends = np.cumsum([len(path) for path in encoded], dtype=np.int64)
    yield _whole("path_ends", ends)
    yield _whole("paths_utf8", np.frombuffer(b"".join(encoded), np.uint8))


def _whole(name: str, values: "npt.NDArray[Any]") -> Array:
    little = values.astype(values.dtype.newbyteorder("<"))
    return Array(name, little.dtype.str, values.shape, lambda: iter((little.tobytes(),)))


def _int64(values: Iterator[int]) -> "npt.NDArray[np.int64]":
    import numpy as np

    return np.fromiter(values, np.int64)
