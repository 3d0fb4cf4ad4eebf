"""The months of a result sorted by date, each with the place in the list where it starts."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import Count
from django.db.models.functions import TruncMonth

from gallery.models import Image
from gallery.search.cursors import Moment, Place
from gallery.search.estimates import TooSlow, time_limit
from gallery.search.query import ResultQuery

LIMIT_MS = 800
_BIGGEST_ID = 2**63 - 1
_LAST_MONTH = datetime(9999, 12, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Month:
    """`count` is None where counting took too long; `cursor` is for `results.around`."""

    year: int
    month: int
    count: int | None
    cursor: str


def months(query: ResultQuery) -> list[Month]:
    """In the result's order; empty where it is not sorted by a date.

    Where counting is too slow, the months that the whole collection has, without counts.
    """
    column = query.order.column
    if not column or not isinstance(query.order.kind, Moment):
        return []
    try:
        with time_limit(LIMIT_MS):
            counts: dict[datetime, int | None] = dict(
                query.images()
                .annotate(start=TruncMonth(column, tzinfo=UTC))
                .values_list("start")
                .annotate(count=Count("pk"))
            )
    except TooSlow:
        counts = dict.fromkeys(_months_of_collection(query.collection.pk, column))
    return [
        Month(start.year, start.month, counts[start], query.cursor(_first_place(query, start)))
        for start in sorted(counts, reverse=query.is_descending)
    ]


def _first_place(query: ResultQuery, start: datetime) -> Place:
    """Before any image of the month that starts at `start`, in the result's order."""
    if not query.is_descending:
        return Place(start, 0)
    if start >= _LAST_MONTH:
        return Place(datetime.max.replace(tzinfo=UTC), _BIGGEST_ID)
    following = (start + timedelta(days=32)).replace(day=1)
    return Place(following - timedelta(microseconds=1), _BIGGEST_ID)


def _months_of_collection(collection_id: int, column: str) -> list[datetime]:
    """By hopping from month to month along the index of the sort."""
    table = connection.ops.quote_name(Image._meta.db_table)
    moment = connection.ops.quote_name(column)
    sql = f"""
        WITH RECURSIVE hops AS (
            (SELECT date_trunc('month', {moment}, 'UTC') AS start FROM {table}
             WHERE collection_id = %(collection)s ORDER BY {moment}, id LIMIT 1)
            UNION ALL
            SELECT (SELECT date_trunc('month', {moment}, 'UTC') FROM {table}
                    WHERE collection_id = %(collection)s
                      AND {moment} >= hops.start + interval '1 month'
                    ORDER BY {moment}, id LIMIT 1)
            FROM hops WHERE hops.start IS NOT NULL
        )
        SELECT start FROM hops WHERE start IS NOT NULL
    """  # noqa: S608 - names of our own columns
    with connection.cursor() as cursor:
        cursor.execute(sql, {"collection": collection_id})
        return [start for (start,) in cursor.fetchall()]
