"""Days and stretches of time in words: `today`, `3 weeks ago`, `between 2026-01 and 2026-03`.

What is read does not depend on the day on which it is read; `Period.resolve` is told that.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from gallery.search.language.errors import Expected
from gallery.search.language.kinds.base import OneWord

_ISO = r"\d{4}(?:[-/.]\d{1,2}){0,2}(?!\d)"
_AGO = r"(?:\d{1,5}|an?|one)\s+(?:day|week|month|year)s?\s+ago"
_NAMED = r"today|yesterday|(?:this|last)\s+(?:week|month|year)"
_DAY = rf"(?:{_ISO}|{_AGO}|{_NAMED})"
_FORMS = re.compile(
    rf"between\s+(?P<b1>{_DAY})\s+and\s+(?P<b2>{_DAY})"
    rf"|from\s+(?P<f1>{_DAY})\s+(?:to|until)\s+(?P<f2>{_DAY})"
    rf"|(?P<op>before|since|after|until|from|[<>]=?|=)\s*(?P<o>{_DAY})"
    rf"|(?P<r1>{_DAY})\s*(?:\s-\s|\.\.|\u2013|-(?=\d{{4}}[-/.]))\s*(?P<r2>{_DAY})"
    rf"|(?P<d>{_DAY})",
    re.IGNORECASE,
)
_EDGE = re.compile(r"(?![^\s,()|\"])")
Unit = Literal["day", "week", "month", "year"]


@dataclass(frozen=True, slots=True)
class Day:
    """A day, month or year by the calendar, or `ago` many `unit`s before today."""

    unit: Unit
    year: int = 0
    month: int = 1
    day: int = 1
    ago: int | None = None
    is_whole: bool = False  # the whole unit that today lies in, or one before

    def resolve(self, today: date) -> tuple[date, date]:
        """The first day, and the first that no longer belongs to it. Raises `OverflowError`."""
        try:
            first = self._first(today)
            return first, _later(first, 1, self._width)
        except ValueError as error:
            raise OverflowError(str(error)) from error

    @property
    def _width(self) -> Unit:
        return self.unit if self.ago is None or self.is_whole else "day"

    def _first(self, today: date) -> date:
        if self.ago is None:
            return date(self.year, self.month, self.day)
        if not self.is_whole:
            return _later(today, -self.ago, self.unit)
        start = {
            "day": today,
            "week": today - timedelta(days=today.weekday()),
            "month": today.replace(day=1),
            "year": today.replace(month=1, day=1),
        }[self.unit]
        return _later(start, -self.ago, self.unit)


@dataclass(frozen=True, slots=True)
class Period:
    """From the start of `first` to the end of `last`, None being no end."""

    first: Day | None
    last: Day | None
    leaves_first: bool = False  # begins after `first`
    leaves_last: bool = False  # ends before `last`

    def resolve(self, today: date) -> tuple[date | None, date | None]:
        """The first day, and the first that no longer belongs to it."""
        first = self.first.resolve(today) if self.first else None
        last = self.last.resolve(today) if self.last else None
        if first and last and last < first:
            first, last = last, first
        return (
            first[1 if self.leaves_first else 0] if first else None,
            last[0 if self.leaves_last else 1] if last else None,
        )


class Date(OneWord):
    expected = "a date like 2026-03-31, 2026-03, today, 3 weeks ago or between … and …"

    def end(self, text: str, start: int) -> int:
        found = _FORMS.match(text, start)
        if found and _EDGE.match(text, found.end()):
            return found.end()
        return super().end(text, start)

    def read(self, text: str) -> Period:
        found = _FORMS.fullmatch(text.strip())
        if not found:
            raise Expected(self.expected)
        for first, last in (("b1", "b2"), ("f1", "f2"), ("r1", "r2")):
            if found[first]:
                return Period(self._day(found, first), self._day(found, last))
        if not found["op"]:
            day = self._day(found, "d")
            return Period(day, day)
        day = self._day(found, "o")
        match found["op"].lower():
            case "before" | "<":
                return Period(None, day, leaves_last=True)
            case "until" | "<=":
                return Period(None, day)
            case "after" | ">":
                return Period(day, None, leaves_first=True)
            case "=":
                return Period(day, day)
            case _:
                return Period(day, None)

    def _day(self, found: re.Match[str], group: str) -> Day:
        text = found[group].lower()
        words = text.split()
        if words[-1] == "ago":
            many = int(words[0]) if words[0].isdigit() else 1
            return Day(_unit(words[1]), ago=many)
        if words[0] in {"this", "last"}:
            return Day(_unit(words[1]), ago=int(words[0] == "last"), is_whole=True)
        if words[0] in {"today", "yesterday"}:
            return Day("day", ago=int(words[0] == "yesterday"))
        parts = [int(part) for part in re.split("[-/.]", text)]
        try:
            date(*parts, *[1] * (3 - len(parts)))
        except ValueError:
            raise Expected("a day that there is", *found.span(group)) from None
        units: tuple[Unit, ...] = ("year", "month", "day")
        year, month, day = (*parts, 1, 1)[:3]
        return Day(units[len(parts) - 1], year, month, day)


def _unit(word: str) -> Unit:
    units: dict[str, Unit] = {"day": "day", "week": "week", "month": "month", "year": "year"}
    return units[word.removesuffix("s")]


def _later(day: date, many: int, unit: Unit) -> date:
    """Raises `OverflowError` or `ValueError` where the calendar ends."""
    if unit in {"day", "week"}:
        return day + timedelta(days=many * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + many * (12 if unit == "year" else 1)
    year, month = months // 12, months % 12 + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(day.day, (following - timedelta(days=1)).day))
