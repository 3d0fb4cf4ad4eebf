"""A result in which stacks are collapsed: of each the best that the result itself has.

So a stack whose best is filtered out shows the next best, and what a person says now counts now:
nobody has to keep ranks in step.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, Literal

from django.db import connection
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Exists,
    Expression,
    F,
    Func,
    OuterRef,
    Q,
    Value,
)
from django.db.models.functions import Cast, Coalesce

from gallery.models import Stacked
from gallery.querysets import ImageQuerySet
from gallery.scanning.saving.copying import int_array
from gallery.search.estimates import TooSlow, planned_rows, time_limit

Level = Literal["", "versions", "ideas"]
COLUMNS: Final = {"versions": "version", "ideas": "idea"}
# Counted no further.
MOST_COUNTED = 1000
_NEVER = datetime(1, 1, 1, tzinfo=UTC)

_SIZES = """
SELECT stack, (SELECT count(*) FROM (
    SELECT FROM gallery_stacked AS stacked JOIN gallery_image AS image ON image.id = image_id
    WHERE stacked.{column} = stack AND image.is_available AND NOT image.is_for_deletion
    LIMIT %s) AS held)
FROM unnest(%s::bigint[]) AS stack
"""
# What part of a collapsed library is shown, by the planner's own statistics.
_SHARE = """
SELECT 1 - (1 - null_frac) + CASE WHEN n_distinct < 0 THEN -n_distinct
    ELSE n_distinct / greatest(reltuples, 1) END
FROM pg_stats JOIN pg_class ON oid = 'gallery_stacked'::regclass
WHERE tablename = 'gallery_stacked' AND attname = %s
"""


class _IsBetter(Func):
    """The first half of the values against the second: the first difference decides."""

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        compiled = [compiler.compile(each) for each in self.source_expressions]
        texts, half = [text for text, _ in compiled], len(compiled) // 2
        mine, theirs = ", ".join(texts[:half]), ", ".join(texts[half:])
        return f"({mine}) > ({theirs})", [value for _, values in compiled for value in values]


def best_of(those: ImageQuerySet, level: Level) -> ImageQuerySet:
    """Of each stack the best, and all that are in none."""
    return those.filter(is_best(those, level)) if level else those


def is_best(those: ImageQuerySet, level: Level) -> Q:
    stack = f"stacked__{COLUMNS[level]}"
    others = those.order_by().filter(**{stack: OuterRef(stack)})
    better = others.filter(_IsBetter(*_worth(F), *_worth(OuterRef)))
    return Q(**{f"{stack}__isnull": True}) | Q(~Exists(better))


def _worth(ref: type[F]) -> list[Expression | F]:
    """Whom a person chose, the latest first; then a favourite, the rating, pixels, the newest."""
    return [
        Coalesce(ref("stacked__cover_at"), Value(_NEVER)),
        ref("is_favourite"),
        Coalesce(ref("rating"), 0),
        Coalesce(Cast(ref("width"), BigIntegerField()) * ref("height"), 0),
        ref("created_at"),
        ref("pk"),
    ]


def count(those: ImageQuerySet, level: Level) -> int:
    """How many `best_of` leaves, without looking which."""
    number = Coalesce(F(f"stacked__{COLUMNS[level]}"), -F("pk"), output_field=BigIntegerField())
    return those.order_by().values_list(number).distinct().count()


def planned_count(those: ImageQuerySet, level: Level) -> int:
    """About how many, in a millisecond."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARE, [COLUMNS[level]])
        share = cursor.fetchone()
    return round(planned_rows(those) * (share[0] if share else 1))


def sizes(images: Iterable[int], level: Level, limit_ms: int) -> dict[int, int]:
    """Of images that are stacked how many there are in the stack, up to `MOST_COUNTED`; none where
    that takes long."""
    column = COLUMNS[level]
    held = Stacked.objects.filter(pk__in=list(images)).exclude(**{column: None})
    stack_of = dict(held.values_list("pk", column))
    try:
        with time_limit(limit_ms), connection.cursor() as cursor:
            numbers = int_array(set(stack_of.values()))
            cursor.execute(_SIZES.format(column=column), [MOST_COUNTED, numbers])
            size_of = dict(cursor.fetchall())
    except TooSlow:
        return {}
    return {pk: size_of[number] for pk, number in stack_of.items() if size_of[number] > 1}
