"""How the library grew: what is new in each slot of time, and all that there was by then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from gallery.actions.base import images
from gallery.dashboard import slots as times
from gallery.dashboard.choices import Choices
from gallery.dashboard.counting import Facts
from gallery.dashboard.scope import LATER, month_of
from gallery.dashboard.slots import Slots
from gallery.dashboard.terms import Links
from gallery.plots import axes, columns


@dataclass(frozen=True, slots=True)
class TableRow:
    label: str
    values: Sequence[str]
    url: str


@dataclass(frozen=True, slots=True)
class Aside:
    """What lies beside the axis of time."""

    said: str
    url: str


@dataclass(frozen=True, slots=True)
class Growth:
    plot: columns.Plot
    area: str
    area_top: str
    said: str
    asides: Sequence[Aside]
    rows: Sequence[TableRow]


def slots_of(facts: Facts, choices: Choices) -> Slots:
    return times.of(choices.period, date.fromisoformat(facts["today"]), facts["months"])


def times_of(facts: Facts, slots: Slots) -> list[list[int]]:
    return slots.sums(facts["days"] if slots.is_of_days else facts["months"])


def amount(value: float, choices: Choices) -> str:
    return axes.size(value) if choices.is_bytes else images(round(value))


def scale(highest: float, choices: Choices) -> tuple[axes.Axis, list[str]]:
    axis = axes.axis(highest, base=1024 if choices.is_bytes else 1000)
    say = axes.size if choices.is_bytes else axes.short
    return axis, [say(tick) for tick in axis.ticks]


def of(facts: Facts, choices: Choices, slots: Slots, links: Links) -> Growth:
    which = int(choices.is_bytes)
    sums = times_of(facts, slots)
    news = [row[which] for row in sums]
    totals = list(accumulate(news, initial=_before(facts, slots, which)))[1:]
    axis, ticks = scale(max(news, default=0), choices)
    drawn, rows = [], []
    for slot, new, total in zip(slots.slots, news, totals, strict=True):
        url = links.to(slot.term)
        said = f"{slot.label}: {amount(new, choices)}, {amount(total, choices)} by then"
        drawn.append(columns.Column(slot.short, [columns.Part(new, 1, said, url)]))
        rows.append(TableRow(slot.label, [amount(new, choices), amount(total, choices)], url))
    highest, _ = scale(max(totals, default=0), choices)
    best = max(range(len(news)), key=lambda at: news[at], default=0)
    said = ""
    if any(news):
        when = f"{'on' if slots.is_of_days else 'in'} {slots.slots[best].label}"
        said = f"Most {when}: {amount(news[best], choices)}."
    return Growth(
        columns.stacked(drawn, axis, ticks),
        columns.area(totals, highest),
        amount(totals[-1], choices) if totals else "",
        said,
        _asides(facts, slots, links),
        [row for row, new in zip(rows, news, strict=True) if new],
    )


def _before(facts: Facts, slots: Slots, which: int) -> int:
    """All that was there when the axis begins."""
    months = facts["months"]
    if not slots.is_of_days:
        return sum(row[1 + which] for row in months if times.is_before(slots, row[0]))
    today = date.fromisoformat(facts["today"])
    this = month_of(today)
    future = sum(row[1 + which] for row in months if row[0] in (this, LATER))
    of_month = f"{today:%Y-%m}"
    known = sum(row[1 + which] for row in facts["days"] if row[0].startswith(of_month))
    shown = sum(row[which] for row in times_of(facts, slots))
    whole = facts["totals"]["bytes" if which else "count"]
    return int(whole - (future - known) - shown)


def _asides(facts: Facts, slots: Slots, links: Links) -> list[Aside]:
    found = []
    for term, label, is_side in (
        (slots.earlier, slots.earlier_label, lambda month: times.is_before(slots, month)),
        (slots.later, slots.later_label, lambda month: month == LATER),
    ):
        many = sum(row[1] for row in facts["months"] if is_side(row[0])) if term else 0
        if many:
            found.append(Aside(f"{images(many)} dated {label}", links.to(term)))
    return found
