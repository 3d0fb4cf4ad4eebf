"""The images of a scope as a temporary table, so that each is looked for once and counted often.

All parts count the same rows, whatever happens to the library meanwhile.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone

from gallery.models import Image
from gallery.querysets import ImageQuerySet
from gallery.search.estimates import TooSlow, time_limit
from gallery.search.keywords.marks import BARE
from gallery.search.query import ResultQuery

TABLE = "dashboard_scope"
RATED = "dashboard_rated"
USES = "dashboard_uses"
MONTHS_KEPT = 240
DAYS_KEPT = 31  # so that this month is whole
_FLAGS = {
    "is_unread": Q(read_version__isnull=True),
    "is_bare": BARE,
    "has_no_prompt": Q(read_version__isnull=False, prompt__isnull=True),
    "has_no_thumbnail": Q(read_version__isnull=False, thumbnail_version__isnull=True),
}
_COLUMNS = ("pk", "folder", "size", "created_at", "format", "checkpoint", "sampler", "steps",
            "cfg_scale", "rating", "is_favourite", *_FLAGS)  # fmt: skip
# Days are counted as the query language does; what lies before `first` or after `last` is one heap.
_TABLE = """
CREATE TEMPORARY TABLE {table} AS
SELECT id, folder, size, format, checkpoint, sampler, steps, cfg, rating, is_favourite, {flags},
    CASE WHEN day < %s THEN -1 WHEN day > %s THEN -2
        ELSE extract(year FROM day)::int * 12 + extract(month FROM day)::int - 1 END AS month,
    CASE WHEN day BETWEEN %s AND %s THEN day END AS day
FROM (
    SELECT id, folder, size, format, checkpoint, sampler, steps, cfg, rating, is_favourite, {flags},
        (made AT TIME ZONE %s)::date AS day
    FROM ({images}) AS image (id, folder, size, made, format, checkpoint, sampler, steps, cfg,
        rating, is_favourite, {flags})
) AS dated
"""
EARLIER, LATER = -1, -2


class Counter:
    """Runs statements over the scope; `limit_ms` is for all of them together."""

    def __init__(self, today: date, limit_ms: int) -> None:
        self.today = today
        self._ends = time.monotonic() + limit_ms / 1000

    @property
    def this_month(self) -> int:
        return month_of(self.today)

    def rows(self, statement: str, **values: Any) -> list[Any]:
        return self.run(statement.format(scope=TABLE, rated=RATED, uses=USES), values)

    def run(self, statement: str, values: Any) -> list[Any]:
        """Each statement is a transaction of its own: progress that is told between them is seen,
        and no row of a job stays locked."""
        with self.limited(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall()) if cursor.description else []

    def limited(self) -> AbstractContextManager[None]:
        """To what is left of the time."""
        left = round((self._ends - time.monotonic()) * 1000)
        if left <= 0:
            raise TooSlow
        return time_limit(left)


@contextmanager
def counted(query: ResultQuery, limit_ms: int) -> Iterator[Counter]:
    """With the tables of `query`. Raises `TooSlow` where all takes longer."""
    _ = query.ranked  # before the time is limited
    counter = Counter(timezone.localdate(), limit_ms)
    sql, params = _selected(query)
    first, last = month_start(counter.this_month - MONTHS_KEPT + 1), _month_end(counter)
    days = (counter.today - timedelta(days=DAYS_KEPT - 1), counter.today)
    zone = timezone.get_current_timezone_name()
    statement = _TABLE.format(table=TABLE, flags=", ".join(_FLAGS), images=sql)
    _drop()  # what a request that was cut off may have left in this session
    try:
        counter.run(statement, [first, last, *days, zone, *params])
        yield counter
    finally:
        _drop()


def _selected(query: ResultQuery) -> tuple[str, Sequence[Any]]:
    flags = {
        name: ExpressionWrapper(clause, output_field=BooleanField())
        for name, clause in _FLAGS.items()
    }

    def statement(images: ImageQuerySet) -> tuple[str, Sequence[Any]]:
        rows = images.order_by().annotate(**flags).values_list(*_COLUMNS)
        return rows.query.sql_with_params()

    try:
        return statement(query.images())
    except EmptyResultSet:  # nothing can be so
        return statement(Image.objects.filter(pk__lt=0))


def _drop() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{TABLE}, pg_temp.{RATED}, pg_temp.{USES}")


def month_of(day: date) -> int:
    """Months are numbers: years times twelve, and January is 0."""
    return day.year * 12 + day.month - 1


def month_start(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _month_end(counter: Counter) -> date:
    return month_start(counter.this_month + 1) - timedelta(days=1)
