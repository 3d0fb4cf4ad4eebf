"""Vectors into their tables, by COPY in its binary format: never with the key of weights that are
no longer in use, never one that cannot be compared.

Sources of the formats: PostgreSQL's documentation of COPY, "Binary Format"; pgvector's
`halfvec_recv`.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from struct import Struct
from typing import TYPE_CHECKING, Any

from django.db import connection

from embeddings import subjects
from embeddings.spaces import EmbeddingSpace

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vectors = npt.NDArray[np.float32]

_START = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
# The number of fields, and the subject after its length.
_HEAD = Struct(">hiq")
_LENGTH = Struct(">i")
_VECTOR = Struct(">HH")
_STAGE = """
CREATE TEMP TABLE IF NOT EXISTS fresh_vector (subject bigint, content uuid, vector halfvec)
ON COMMIT DELETE ROWS
"""
_COPY = "COPY fresh_vector (subject, content, vector) FROM STDIN (FORMAT binary)"
_IS_CURRENT = """
SELECT FROM embeddings_weights WHERE network = %s AND model_key = %s AND problem = '' FOR SHARE
"""
# In order of id, as everywhere, so that two workers on the same rows cannot wait for each other.
_MERGE = """
INSERT INTO {table} ({subject}, model_key, vector{extra})
SELECT owner.id, %s, fresh.vector{fresh}
FROM fresh_vector AS fresh JOIN {owner} AS owner ON owner.id = fresh.subject
ORDER BY owner.id FOR KEY SHARE OF owner
ON CONFLICT ({subject}) DO UPDATE
SET model_key = EXCLUDED.model_key, vector = EXCLUDED.vector{update}
"""


@dataclass(frozen=True, slots=True)
class Made:
    """What one picture came to: whose weights, of which content, float32 of the space's width."""

    model_key: str
    content: uuid.UUID
    vector: "Vectors"


def problems(vectors: "Vectors", space: EmbeddingSpace) -> dict[int, str]:
    """By row, in words, why a vector cannot be kept; `vectors` is float32 of shape (n, width)."""
    import numpy as np

    if vectors.ndim != 2 or vectors.shape[1] != space.width:
        reason = (
            f"The network gave {vectors.shape[-1]} numbers where {space.title} takes {space.width}."
        )
        return dict.fromkeys(range(len(vectors)), reason)
    with np.errstate(over="ignore"):
        halves = vectors.astype(np.float16)
    is_finite = np.isfinite(halves).all(axis=1)
    is_zero = ~halves.any(axis=1)
    found: dict[int, str] = {}
    for row in np.flatnonzero(~is_finite):
        found[int(row)] = "The network gave no number (NaN or infinity)."
    for row in np.flatnonzero(is_zero):
        found[int(row)] = "The network gave nothing but zeros."
    return found


def save(
    space: EmbeddingSpace,
    model_key: str,
    vectors: Mapping[int, "Vectors"],
    contents: Mapping[int, uuid.UUID] | None = None,
) -> bool:
    """Inside the caller's transaction: the vector of each subject id, in place of an older one.

    False, and nothing is written, where `model_key` is no longer what its network's weights are;
    until the transaction ends they cannot change. Subjects that are gone are left out. `contents`
    are the fingerprints of what was looked at, for pictures.
    """
    with connection.cursor() as cursor:
        cursor.execute(_IS_CURRENT, [space.network, model_key])
        if not cursor.rowcount:
            return False
        if vectors:
            cursor.execute(_STAGE)
            _copy(cursor, vectors, contents or {})
            cursor.execute(_merge(space), [model_key])
            cursor.execute("TRUNCATE fresh_vector")
    return True


def _merge(space: EmbeddingSpace) -> str:
    is_picture = not space.is_of_texts
    return _MERGE.format(
        table=space.vectors._meta.db_table,
        subject=subjects.column(space),
        owner=subjects.owner_table(space),
        extra=", content" if is_picture else "",
        fresh=", fresh.content" if is_picture else "",
        update=", content = EXCLUDED.content" if is_picture else "",
    )


def _copy(cursor: Any, vectors: Mapping[int, "Vectors"], contents: Mapping[int, uuid.UUID]) -> None:
    with cursor.copy(_COPY) as copy:
        copy.write(_START)
        for subject, vector in vectors.items():
            copy.write(_row(subject, contents.get(subject), vector))
        copy.write(_END)


def _row(subject: int, content: uuid.UUID | None, vector: "Vectors") -> bytes:
    halves = vector.astype(">f2").tobytes()
    of = (_LENGTH.pack(-1),) if content is None else (_LENGTH.pack(16), content.bytes)
    size = _VECTOR.size + len(halves)
    return b"".join(
        (_HEAD.pack(3, 8, subject), *of, _LENGTH.pack(size), _VECTOR.pack(len(vector), 0), halves)
    )
