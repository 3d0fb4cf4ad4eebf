"""Values that the library has, with how many images have them: fast, or without the number.

PostgreSQL keeps the most common values of a column and their shares; where a table is large they
are the counts, and say that they are estimates.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet

from gallery.models import Collection, Image
from gallery.search.keywords.registry import Suggestion

MOST = 8
_CANDIDATES = 200
_COUNTED_TO = 300
_SMALL = 20_000
_COMMON = """
SELECT value, share * greatest(reltuples, 0) FROM pg_class
JOIN pg_namespace ON pg_namespace.oid = relnamespace
JOIN pg_stats ON pg_stats.tablename = relname AND pg_stats.schemaname = nspname,
    unnest(most_common_vals::text::text[], most_common_freqs::float8[]) AS common (value, share)
WHERE pg_class.oid = %s::regclass AND attname = %s
"""


def of_column(column: str) -> Callable[[str, Collection], list[Suggestion]]:
    def suggest(typed: str, collection: Collection) -> list[Suggestion]:
        if is_small():
            rows = Image.objects.in_collection(collection).filter(
                **{f"{column}__icontains": typed}
            ).exclude(**{column: ""})  # fmt: skip
            counts = rows.values_list(column).annotate(count=Count("pk")).order_by("-count")
            return [Suggestion(value, count) for value, count in counts[:MOST]]
        found = [
            (value, count)
            for value, count in common(Image._meta.db_table, column)
            if value and typed.lower() in value.lower()
        ]
        found.sort(key=lambda one: -one[1])
        return [Suggestion(value, round(count), is_exact=False) for value, count in found[:MOST]]

    return suggest


def counted(named: QuerySet[Any], name: str, uses: QuerySet[Any], column: str) -> list[Suggestion]:
    """The most used first, as far as the statistics know; shown ones are counted if few."""
    candidates = dict(named.order_by("pk").values_list("pk", name)[:_CANDIDATES])
    if not candidates:
        return []
    shares = {int(pk): count for pk, count in common(uses.model._meta.db_table, f"{column}_id")}
    if len(candidates) == _CANDIDATES and shares:
        most_used = named.filter(pk__in=list(shares)).values_list("pk", name)
        candidates |= dict(most_used[:_CANDIDATES])
    ranked = sorted(candidates, key=lambda pk: (-shares.get(pk, 0), candidates[pk].lower()))
    if not shares:
        ranked = _by_counting(ranked, uses, column)
    found = []
    for pk in ranked[:MOST]:
        likely = round(shares.get(pk, 0))
        if likely > _COUNTED_TO:
            found.append(Suggestion(candidates[pk], likely, is_exact=False))
            continue
        count = uses.filter(**{column: pk}).order_by()[: _COUNTED_TO + 1].count()
        is_exact = count <= _COUNTED_TO
        shown = count if is_exact else max(likely, count)
        found.append(Suggestion(candidates[pk], shown, is_exact=is_exact))
    return sorted(found, key=lambda one: -(one.count or 0))


def _by_counting(ranked: Sequence[int], uses: QuerySet[Any], column: str) -> list[int]:
    """Where nothing was analysed yet; the library is small then."""
    rows = uses.filter(**{f"{column}__in": ranked}).order_by()[:_SMALL]
    counts: dict[int, int] = {}
    for pk in rows.values_list(column, flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    return sorted(ranked, key=lambda pk: -counts.get(pk, 0))


def common(table: str, column: str) -> list[tuple[str, float]]:
    """The most common values of a column and about how many rows have them."""
    with connection.cursor() as cursor:
        cursor.execute(_COMMON, [table, column])
        rows: list[tuple[str, float]] = cursor.fetchall()
    return rows


def is_small() -> bool:
    """So few images that counting them all takes a few milliseconds."""
    return Image.objects.order_by()[: _SMALL + 1].count() <= _SMALL


__all__ = ["MOST", "Suggestion", "common", "counted", "is_small", "of_column"]
