"""The indexes that find near vectors in large spaces; dropped for bulk loads, built after them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
from django.db import OperationalError, connection, transaction

from embeddings.models.vectors import EF_CONSTRUCTION, M
from embeddings.spaces import EmbeddingSpace

_MB = 1024 * 1024
_LEAST_MEMORY_MB = 64
_GRAPH_BYTES = 700  # a row, beside its vector; what does not fit is built many times slower
_LOCK = "embeddings.indexes"
_DROP_WAIT_MS = 3000

_log = logging.getLogger(__name__)

_CREATE = """
CREATE INDEX CONCURRENTLY {name} ON {table} USING hnsw (vector halfvec_cosine_ops)
WITH (m = {m}, ef_construction = {ef})
"""
_IS_VALID = """
SELECT indisvalid AND indisready FROM pg_index WHERE indexrelid = to_regclass(%s)
"""
# Behind the building itself lie waits for older transactions and a look at what came meanwhile.
_SHARE = """
SELECT CASE
    WHEN phase LIKE 'building index%%' THEN blocks_done::float / greatest(blocks_total, 1)
    WHEN phase LIKE 'initializing' OR phase LIKE '%%before build' THEN 0
    ELSE 1 END
FROM pg_stat_progress_create_index WHERE relid = to_regclass(%s)
"""
_INTERRUPT = """
SELECT pg_cancel_backend(pid) FROM pg_stat_progress_create_index WHERE relid = to_regclass(%s)
"""


def name(space: EmbeddingSpace) -> str:
    return f"{space.vectors._meta.model_name}_near"


def exists(space: EmbeddingSpace) -> bool:
    """Whether searches may use it; one whose building was interrupted does not count."""
    return _state(space) is True


def drop(space: EmbeddingSpace) -> bool:
    """Before many rows are written; searches are exact until it is back.

    False where one is being built, or where a long search holds it: others would wait behind us.
    """
    with _alone() as is_alone:
        if not is_alone:
            return False
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = %s", [_DROP_WAIT_MS])
                cursor.execute(f"DROP INDEX IF EXISTS {name(space)}")
        except OperationalError as error:
            _log.info("The index %s stays, it is in use: %s", name(space), error)
            return False
    return True


def ensure(space: EmbeddingSpace) -> bool:
    """Builds it where it is missing or was interrupted; reading and writing go on meanwhile.

    False where another process builds one: two at once would need twice the memory. Not inside a
    transaction.
    """
    if exists(space):
        return True
    with _alone() as is_alone:
        if not is_alone:
            return False
        if not exists(space):
            _build(space)
    return True


def share_built(space: EmbeddingSpace) -> float:
    """How far whoever builds it is, from 0 to 1."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARE, [space.vectors._meta.db_table])
        found = cursor.fetchone()
    return float(found[0]) if found else 0.0


def interrupt(space: EmbeddingSpace) -> None:
    """Whoever builds it fails, and leaves one that does not count."""
    with connection.cursor() as cursor:
        cursor.execute(_INTERRUPT, [space.vectors._meta.db_table])


def _build(space: EmbeddingSpace) -> None:
    table = space.vectors._meta.db_table
    with connection.cursor() as cursor:
        if _state(space) is not None:
            _log.info("The index %s was interrupted while it was built; again.", name(space))
            cursor.execute(f"DROP INDEX {name(space)}")
        memory = _memory_mb(space.vectors._base_manager.count(), space.width)
        cursor.execute("SELECT set_config('maintenance_work_mem', %s, false)", [f"{memory}MB"])
        try:
            cursor.execute(_CREATE.format(name=name(space), table=table, m=M, ef=EF_CONSTRUCTION))
        finally:
            cursor.execute("RESET maintenance_work_mem")


def _memory_mb(rows: int, width: int) -> int:
    """What the whole graph takes, if a quarter of the machine's memory holds it."""
    needed = rows * (2 * width + _GRAPH_BYTES) * 5 // 4 // _MB
    most = int(psutil.virtual_memory().total) // 4 // _MB
    return max(_LEAST_MEMORY_MB, min(needed, most))


def _state(space: EmbeddingSpace) -> bool | None:
    """None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_VALID, [name(space)])
        found = cursor.fetchone()
    return found[0] if found else None


@contextmanager
def _alone() -> Iterator[bool]:
    """Does not wait: who waits for a lock in a statement is itself waited for by the build."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [_LOCK])
        (is_alone,) = cursor.fetchone()
        try:
            yield is_alone
        finally:
            if is_alone:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [_LOCK])
