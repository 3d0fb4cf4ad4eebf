"""The time axis: days, months or years, each with the term that finds what was made in it.

Clocks are wrong now and then: a few files of 1970 do not stretch the axis over half a century, nor
do those of 2099. What lies before or after it is said beside it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gallery.dashboard.scope import EARLIER, LATER, MONTHS_KEPT, month_of, month_start

_MOST_MONTHS = 60
_FEWEST_MONTHS = 6
_STRAYS = 0.01  # of all, so few that the axis need not reach them
_DAYS = 30
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Slot:
    """`short` stands below a column, `label` in words; `term` finds what was made then."""

    short: str
    label: str
    term: str


@dataclass(frozen=True, slots=True)
class Slots:
    """`term` finds all of the period, and is empty where that is ever; `place` tells the index of
    a month or day, or None where it lies beside the axis."""

    slots: Sequence[Slot]
    term: str
    is_of_days: bool
    place: Callable[[Any], int | None]
    earlier: str = ""
    later: str = ""
    earlier_label: str = ""
    later_label: str = ""

    def sums(self, rows: Iterable[Sequence[Any]]) -> list[list[int]]:
        """Images and bytes of each slot, of rows that end in a time and these two."""
        found = [[0, 0] for _ in self.slots]
        for *_, when, many, size in rows:
            at = self.place(when)
            if at is not None:
                found[at][0] += many
                found[at][1] += size
        return found


def of(period: str, today: date, months: Sequence[Sequence[int]]) -> Slots:
    """`months` are those that have images, with how many, in order."""
    if period == "30days":
        return _days(today)
    this = month_of(today)
    if period == "year":
        return _monthly(this - _MONTHS + 1, this, is_whole=False)
    first = _first_month(this, months)
    if this - first < _MOST_MONTHS:
        return _monthly(min(first, this - _FEWEST_MONTHS + 1), this, is_whole=True)
    return _yearly(first // 12, this)


def _first_month(this: int, months: Sequence[Sequence[int]]) -> int:
    known = [(month, many) for month, many, *_ in months if month >= 0]
    if not known:
        return this
    first, total = known[0][0], sum(many for _, many in known)
    if this - first < _MOST_MONTHS:
        return first
    passed = 0
    for month, many in known:
        if passed + many > total * _STRAYS:
            return month if this - month <= (this - first) / 2 else first
        passed += many
    return first


def _days(today: date) -> Slots:
    days = [today - timedelta(days=back) for back in range(_DAYS - 1, -1, -1)]
    index = {day.isoformat(): at for at, day in enumerate(days)}
    slots = [Slot(f"{d.day} {d:%b}", f"{d.day} {d:%B %Y}", f"date:{d.isoformat()}") for d in days]
    term = f"date:{days[0].isoformat()}..{days[-1].isoformat()}"
    return Slots(slots, term, True, index.get)


def _monthly(first: int, last: int, *, is_whole: bool) -> Slots:
    starts = [month_start(month) for month in range(first, last + 1)]
    slots = [
        Slot(_short(day, is_first=not at), f"{day:%B %Y}", f"date:{_iso(day)}")
        for at, day in enumerate(starts)
    ]

    def place(month: int) -> int | None:
        return month - first if first <= month <= last else None

    if not is_whole:
        return Slots(slots, f"date:{_iso(starts[0])}..{_iso(starts[-1])}", False, place)
    return Slots(slots, "", False, place, **_beside(f"{_iso(starts[0])}", starts[0], starts[-1]))


def _yearly(first: int, this: int) -> Slots:
    first = max(first, -(-(this - MONTHS_KEPT + 1) // 12))  # whole years only
    years = range(first, this // 12 + 1)
    slots = [Slot(str(year), str(year), f"date:{year:04d}") for year in years]
    now = f"{this // 12:04d}-01..{_iso(month_start(this))}"  # what is dated later is beside it
    slots[-1] = Slot(slots[-1].short, slots[-1].label, f"date:{now}")

    def place(month: int) -> int | None:
        return month // 12 - first if first * 12 <= month <= this else None

    last = month_start(this)
    return Slots(slots, "", False, place, **_beside(f"{first:04d}", date(first, 1, 1), last))


def _beside(first: str, start: date, last: date) -> dict[str, str]:
    return {
        "earlier": f"date:<{first}",
        "later": f"date:>{_iso(last)}",
        "earlier_label": f"before {start:%B %Y}" if len(first) > 4 else f"before {start:%Y}",
        "later_label": f"after {last:%B %Y}",
    }


def _iso(day: date) -> str:
    return f"{day.year:04d}-{day.month:02d}"


def _short(day: date, *, is_first: bool) -> str:
    return f"{day:%b} {day.year}" if is_first or day.month == 1 else f"{day:%b}"


def is_before(slots: Slots, month: int) -> bool:
    """Of a month beside an axis of months: whether it lies before it."""
    return month == EARLIER or (month != LATER and slots.place(month) is None)
