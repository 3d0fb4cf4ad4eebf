"""Which checkpoints and LoRAs images were made with, over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dtoolkit.core import paths
from gallery.dashboard import growth
from gallery.dashboard.choices import Choices
from gallery.dashboard.counting import Facts
from gallery.dashboard.slots import Slots
from gallery.dashboard.terms import Links
from gallery.plots import axes, columns, spans

STACKED = 5
OTHERS, NONE = STACKED + 1, STACKED + 2


@dataclass(frozen=True, slots=True)
class Row:
    """One name of a list; `tone` is its colour in the plot above, 0 where it has none there."""

    label: str
    url: str
    said: str
    share: float
    tone: int = 0


@dataclass(frozen=True, slots=True)
class Strip:
    """A LoRA with its own small columns, all strips of a card on one scale."""

    label: str
    url: str
    said: str
    plot: columns.Plot


@dataclass(frozen=True, slots=True)
class Table:
    heads: Sequence[str]
    rows: Sequence[growth.TableRow]


@dataclass(frozen=True, slots=True)
class Models:
    plot: columns.Plot
    rows: Sequence[Row]
    table: Table


@dataclass(frozen=True, slots=True)
class Loras:
    strips: Sequence[Strip]
    highest: str


@dataclass(frozen=True, slots=True)
class _Series:
    label: str
    term: str
    sums: Sequence[int]  # of each slot
    total: int  # of the period


def models(facts: Facts, choices: Choices, slots: Slots, links: Links) -> Models | None:
    """None where no image names one."""
    if not facts["models"]["named"]:
        return None
    named = _series(facts["models"], choices, slots)
    which = int(choices.is_bytes)
    all_sums = [row[which] for row in growth.times_of(facts, slots)]
    none = _sums(facts["models"], None, slots, which)
    stack = named[:STACKED]
    rest = [
        whole - missing - sum(one.sums[at] for one in stack)
        for at, (whole, missing) in enumerate(zip(all_sums, none, strict=True))
    ]
    others = " ".join(["has:main_model", *(f"-{one.term}" for one in stack)])
    layers = [
        *((tone, one.label, one.term, one.sums) for tone, one in enumerate(stack, 1)),
        (OTHERS, "other models", others, rest),
        (NONE, "no model named", "no:main_model", none),
    ]
    axis, ticks = growth.scale(max(all_sums, default=0), choices)
    drawn, rows = [], []
    for at, slot in enumerate(slots.slots):
        parts, values = [], []
        for tone, label, term, sums in layers:
            said = f"{slot.label}, {label}: {growth.amount(sums[at], choices)}"
            url = links.to(term, slot.term) if sums[at] else ""
            parts.append(columns.Part(sums[at], tone, said, url))
            values.append(growth.amount(sums[at], choices))
        drawn.append(columns.Column(slot.short, parts))
        if all_sums[at]:
            rows.append(growth.TableRow(slot.label, values, links.to(slot.term)))
    return Models(
        columns.stacked(drawn, axis, ticks),
        _rows(named[: choices.top], choices, slots, links),
        Table([label for _, label, _, _ in layers], rows),
    )


def loras(facts: Facts, choices: Choices, slots: Slots, links: Links) -> Loras | None:
    """None where no image names one."""
    if not facts["loras"]["named"]:
        return None
    named = _series(facts["loras"], choices, slots)[: choices.top]
    highest = max((value for one in named for value in one.sums), default=0)
    axis = axes.Axis(highest or 1, (0, highest or 1))
    strips = []
    for one in named:
        drawn = []
        for slot, value in zip(slots.slots, one.sums, strict=True):
            said = f"{slot.label}, {one.label}: {growth.amount(value, choices)}"
            url = links.to(one.term, slot.term) if value else ""
            drawn.append(columns.Column(slot.short, [columns.Part(value, 1, said, url)]))
        said = growth.amount(one.total, choices)
        url = links.to(one.term, slots.term)
        strips.append(Strip(one.label, url, said, columns.stacked(drawn, axis, ["", ""])))
    return Loras(strips, growth.amount(highest, choices))


def _series(held: Facts, choices: Choices, slots: Slots) -> list[_Series]:
    """Those that the period has, the most first."""
    which = int(choices.is_bytes)
    found = []
    for pk, name, term in held["named"]:
        sums = _sums(held, pk, slots, which)
        total = sum(sums)
        if not slots.term:  # ever: also what lies beside the axis
            total = sum(row[2 + which] for row in held["months"] if row[0] == pk)
        if total:
            found.append(_Series(paths.display(name)[:200], term, sums, total))
    return sorted(found, key=lambda one: -one.total)


def _sums(held: Facts, pk: int | None, slots: Slots, which: int) -> list[int]:
    rows: list[Any] = held["days"] if slots.is_of_days else held["months"]
    return [row[which] for row in slots.sums(row for row in rows if row[0] == pk)]


def _rows(named: Sequence[_Series], choices: Choices, slots: Slots, links: Links) -> list[Row]:
    most = max((one.total for one in named), default=0)
    return [
        Row(
            one.label,
            links.to(one.term, slots.term),
            growth.amount(one.total, choices),
            spans.share(one.total, most),
            min(tone, OTHERS),
        )
        for tone, one in enumerate(named, 1)
    ]
