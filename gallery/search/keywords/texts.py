"""Patterns and intervals as conditions on columns; all that a person typed is escaped."""

from typing import Any

from django.db.models import Lookup, Q, TextField
from django.db.models.sql.compiler import SQLCompiler

from gallery.search.conditions import NOTHING
from gallery.search.language.kinds import NONE, Interval, Pattern
from gallery.search.language.kinds.numbers import Missing

_LIKE = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_", "*": "%", "?": "_"})
_PRECISION = 1e-6


@TextField.register_lookup
class ILike(Lookup):
    """`lhs ILIKE pattern`, the pattern being escaped already: see `like`."""

    lookup_name = "ilike"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} ILIKE %s", (*params, self.rhs)


def like(text: str) -> str:
    """`text`, whose wildcards are * and ?, as a LIKE pattern."""
    return text.translate(_LIKE)


def matching(column: str, pattern: Pattern) -> Q:
    match pattern.how:
        case "like":
            return Q(**{f"{column}__ilike": like(pattern.text)})
        case "equals":
            return Q(**{f"{column}__iexact": pattern.text})
        case _:
            return Q(**{f"{column}__icontains": pattern.text})


def between(column: str, interval: Interval | Missing, *, is_real: bool = False) -> Q:
    """Never unknown. A real number is equal to what is typed when it looks equal."""
    there = Q(**{f"{column}__isnull": False})
    if interval is NONE:
        return ~there
    assert isinstance(interval, Interval)  # noqa: S101 - for the type checker
    low, high = interval.low, interval.high
    slack = _PRECISION if is_real else 0
    inside = Q()
    if low is not None:
        ending = "gte" if interval.is_low_closed else "gt"
        inside &= Q(**{f"{column}__{ending}": _number(low - slack, is_real)})
    if high is not None:
        ending = "lte" if interval.is_high_closed else "lt"
        inside &= Q(**{f"{column}__{ending}": _number(high + slack, is_real)})
    if not inside:
        return NOTHING
    return there & (~inside if interval.is_outside else inside)


def _number(number: float, is_real: bool) -> float | int:
    return number if is_real or not float(number).is_integer() else int(number)
