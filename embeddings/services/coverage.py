"""How far a space is: never waited for, so counted within a time limit and else estimated."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import Sum

from embeddings import subjects
from embeddings.models import TextFailure
from embeddings.services import weights
from embeddings.spaces import EmbeddingSpace
from gallery.models import Folder, Image, StageFailure
from gallery.search.estimates import TooSlow, time_limit

LIMIT_MS = 700
# What took long to count is counted less often.
REST_FACTOR = 20

_TEXTS = "SELECT count(*) FROM {owner} AS owner WHERE {used}"
_BY_KEY = """
SELECT count(*) FILTER (WHERE model_key = %s), count(*) FROM {table}
"""
# Of the vectors that are kept: those whose subject is there, in use, and as it was.
_DONE_TEXTS = """
SELECT count(*) FILTER (WHERE known.model_key = %s), count(*)
FROM {table} AS known JOIN {owner} AS owner ON owner.id = known.{subject} WHERE {used}
"""
_DONE_PICTURES = """
SELECT count(*) FILTER (WHERE known.model_key = %s), count(*)
FROM embeddings_cliphvector AS known JOIN gallery_image AS image ON image.id = known.image_id
WHERE image.is_available AND image.fingerprint = known.content
"""


@dataclass(frozen=True, slots=True)
class Coverage:
    """`done` of `total` carry the present weights; `stale` others, which a search cannot mix in.
    Where it is not exact, it is what the tables' sizes say."""

    space: str
    total: int
    done: int
    stale: int
    failed: int
    is_exact: bool = True

    @property
    def missing(self) -> int:
        return max(0, self.total - self.done)

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 100

    @property
    def is_complete(self) -> bool:
        return self.done + self.failed >= self.total

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "missing": self.missing}


def of(space: EmbeddingSpace) -> Coverage:
    """Counted now."""
    key = weights.model_key(space.network)
    total, is_total_exact = _within_limit(
        lambda: _total(space), lambda: _estimated(subjects.owner_table(space))
    )
    (done, known), is_done_exact = _within_limit(
        lambda: _pair(_done_query(space), key),
        lambda: _pair(_BY_KEY.format(table=space.vectors._meta.db_table), key),
    )
    return Coverage(
        space.name,
        total,
        min(done, total),
        known - done,
        _failed(space, key),
        is_total_exact and is_done_exact,
    )


def lately(space: EmbeddingSpace) -> Coverage:
    """For a page that asks every few seconds: from the cache where counting was slow."""
    cache_key = f"coverage-{space.name}"
    known: Coverage | None = cache.get(cache_key)
    if known is None:
        began = time.monotonic()
        known = of(space)
        cache.set(cache_key, known, (time.monotonic() - began) * REST_FACTOR)
    return known


def _total(space: EmbeddingSpace) -> int:
    if space.is_of_texts:
        query = _TEXTS.format(owner=subjects.owner_table(space), used=subjects.is_used(space))
        return int(_row(query, [])[0])
    found: int = Folder.objects.aggregate(total=Sum("image_count"))["total"] or 0
    unread = Image.objects.available().filter(read_version=None).count()
    return max(0, found - unread)


def _done_query(space: EmbeddingSpace) -> str:
    if not space.is_of_texts:
        return _DONE_PICTURES
    return _DONE_TEXTS.format(
        table=space.vectors._meta.db_table,
        owner=subjects.owner_table(space),
        subject=subjects.column(space),
        used=subjects.is_used(space),
    )


def _failed(space: EmbeddingSpace, key: str | None) -> int:
    if space.is_of_texts:
        return TextFailure.objects.filter(space=space.name, model_key=key or "").count()
    return StageFailure.objects.filter(stage=space.name, image__is_available=True).count()


def _pair(query: str, key: str | None) -> tuple[int, int]:
    done, known = _row(query, [key])
    return int(done), int(known)


def _within_limit(count: Callable[[], Any], estimate: Callable[[], Any]) -> tuple[Any, bool]:
    try:
        with time_limit(LIMIT_MS):
            return count(), True
    except TooSlow:
        return estimate(), False


def _estimated(table: str) -> int:
    return max(0, int(_row("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])[0]))


def _row(query: str, params: list[Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        row: tuple[Any, ...] = cursor.fetchone()
    return row
