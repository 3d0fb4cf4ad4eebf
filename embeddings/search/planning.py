"""Whether all that a filter leaves is looked at, or what the indexes of the spaces find near.

An index gives rows by nearness whether the filter has them or not, so a narrow filter makes it walk
far; reading all that a wide one leaves takes long as well. Both are estimated and the cheaper is
taken. A wrong estimate costs time, never results: see candidates.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from django.db import connection

from embeddings.search.asking import Ask
from embeddings.search.directions import Direction
from embeddings.services import indexes
from embeddings.spaces import SPACES, EmbeddingSpace
from gallery.models import Image
from gallery.search.estimates import planned_rows_of

Way = Literal["exact", "index"]

MOST_POOLED = 100_000  # images, some 10 MB
FEW_IMAGES = 10_000  # where a library has no more, nothing needs to be estimated
EF_SEARCH, MOST_EF = 40, 1000
# In units of one row of a filter whose vector is read: one that an index meets, an image of the
# filter itself, a row of a space of which each is asked whether the filter has it.
_MET, _FILTERED, _ASKED = 8.0, 0.3, 3.0
SMALL_SPACE = 5000  # rows, that are read as quickly as an index finds the nearest
_SPARE = 200
# Candidates a space, since the best of a sum need not be among the best of a part. Another picture
# has the index walk further, another image of a text lies with it.
_FUSED_LEAST, _FUSED_LEAST_PICTURES = 200, 30
_TTL_S = 20

_STATES = """
SELECT tables.relname, tables.reltuples::bigint, coalesce(near.indisvalid, false)
FROM pg_class AS tables
LEFT JOIN pg_index AS near ON near.indrelid = tables.oid
    AND near.indexrelid = ANY(SELECT oid FROM pg_class WHERE relname = ANY(%s))
WHERE tables.relname = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """By space: `many` images are wanted of it, and the filter leaves `shares` of them a row.

    The spaces `indexed` are walked by their index where images are not all looked at.
    """

    way: Way
    many: Mapping[str, int]
    shares: Mapping[str, float]
    indexed: frozenset[str]

    def ef(self, direction: Direction, each: int) -> int | None:
        """How many rows an index keeps in view while it walks to the nearest, of each of which
        `each` images are taken at most; None without one."""
        name = direction.space.name
        if name not in self.indexed:
            return None
        return max(
            EF_SEARCH, min(round(1.25 * self.many[name] / min(self.shares[name], each)), MOST_EF)
        )

    def reading(self) -> "Plan":
        """Without indexes."""
        return replace(self, indexed=frozenset())

    def wider(self) -> "Plan":
        many = {name: 4 * number for name, number in self.many.items()}
        return replace(self, way="index", many=many)


def plan(images: str, directions: Sequence[Direction], ask: Ask, forced: Way | None = None) -> Plan:
    """Of `images`, a statement. `forced` is for those who measure."""
    many = _wanted(directions, ask)
    states = _states()
    every = states[Image._meta.db_table].rows
    if forced is None and every <= FEW_IMAGES:
        return Plan("exact", many, {}, frozenset())
    left = _left(images, round(time.monotonic() / _TTL_S))
    sizes = {each.space.name: max(states[_table(each.space)].rows, 1) for each in directions}
    shares = {name: max(left / rows, 1e-6) for name, rows in sizes.items()}
    indexed = frozenset(
        each.space.name
        for each in directions
        if each.is_pulling
        and states[_table(each.space)].is_indexed
        and (forced is not None or sizes[each.space.name] > SMALL_SPACE)
    )
    if forced is not None:
        return Plan(forced, many, shares, indexed)
    by_reading = left * _FILTERED + sum(min(left, rows) for rows in sizes.values())
    by_index = sum(
        _MET * max(many[name] / min(shares[name], 1), EF_SEARCH)
        if name in indexed
        else _ASKED * rows
        for name, rows in sizes.items()
    )
    is_read = left <= MOST_POOLED and by_reading <= by_index
    return Plan("exact" if is_read else "index", many, shares, indexed)


@lru_cache(maxsize=64)
def _left(images: str, moment: int) -> int:
    """What a filter leaves; of one that is asked with again some seconds old."""
    return planned_rows_of(images)


def _wanted(directions: Sequence[Direction], ask: Ask) -> dict[str, int]:
    """Some more than asked, since an index may miss one and groups take several."""
    many = min(ask.limit * 4 if ask.is_grouped else ask.limit * 3 // 2, ask.limit + _SPARE)
    own = sum(example.image_id is not None for example in ask.examples)
    if len(directions) == 1:
        return {directions[0].space.name: own + many}
    return {
        each.space.name: own
        + max(many, _FUSED_LEAST if each.space.is_of_texts else _FUSED_LEAST_PICTURES)
        for each in directions
    }


@dataclass(frozen=True, slots=True)
class _State:
    """`rows` as the database last counted them; of new tables below 0."""

    rows: int
    is_indexed: bool


_known: tuple[float, dict[str, _State]] | None = None


def _states() -> dict[str, _State]:
    """By table; a stale one costs time only."""
    global _known
    if _known is None or time.monotonic() - _known[0] > _TTL_S:
        tables = [Image._meta.db_table, *(_table(space) for space in SPACES.values())]
        names = [indexes.name(space) for space in SPACES.values()]
        with connection.cursor() as cursor:
            cursor.execute(_STATES, [names, tables])
            found = {name: _State(rows, has) for name, rows, has in cursor.fetchall()}
        _known = (time.monotonic(), found)
    return _known[1]


def forget() -> None:
    """Looks again when it is next needed."""
    global _known
    _known = None
    _left.cache_clear()


def _table(space: EmbeddingSpace) -> str:
    return space.vectors._meta.db_table
