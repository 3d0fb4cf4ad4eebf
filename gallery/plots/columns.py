"""Columns side by side, each a stack from zero; and the line of what they add up to."""

from collections.abc import Sequence
from dataclasses import dataclass

from gallery.plots.axes import Axis

_GAP = 0.16  # of a column's room
_MOST_LABELS = 12
_FEW_LABELS = 4
_THINNEST = 0.4  # percent: what is there is seen


@dataclass(frozen=True, slots=True)
class Part:
    """Of a column; `tone` is the number of its series, `said` what it is in words."""

    value: float
    tone: int
    said: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Mark:
    """A rectangle, in percent from the top left."""

    x: float
    y: float
    width: float
    height: float
    tone: int
    said: str
    url: str


@dataclass(frozen=True, slots=True)
class Label:
    """`is_minor` ones go first where there is little room."""

    at: float
    text: str
    is_minor: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    marks: Sequence[Mark]
    ticks: Sequence[Label]
    labels: Sequence[Label]


def stacked(columns: Sequence[Column], axis: Axis, tick_texts: Sequence[str]) -> Plot:
    room = 100 / max(1, len(columns))
    marks = []
    for index, column in enumerate(columns):
        floor = 100.0
        for part in column.parts:
            if part.value <= 0:
                continue
            height = max(_THINNEST, part.value / axis.top * 100)
            floor = max(0.0, floor - height)
            x = room * (index + _GAP / 2)
            width = room * (1 - _GAP)
            marks.append(_mark(x, floor, width, height, part))
    ticks = [
        Label(round(100 - tick / axis.top * 100, 2), text)
        for tick, text in zip(axis.ticks, tick_texts, strict=True)
    ]
    return Plot(marks, ticks, labels([column.label for column in columns]))


def _mark(x: float, y: float, width: float, height: float, part: Part) -> Mark:
    return Mark(
        round(x, 3), round(y, 3), round(width, 3), round(height, 3), part.tone, part.said, part.url
    )


def labels(texts: Sequence[str]) -> list[Label]:
    """Below the middles of columns; of many every second, third … only."""
    every = -(-len(texts) // _MOST_LABELS) if texts else 1
    shown = range(0, len(texts), every)
    major = -(-len(shown) // _FEW_LABELS) if shown else 1
    room = 100 / max(1, len(texts))
    return [
        Label(round(room * (index + 0.5), 3), texts[index], is_minor=order % major != 0)
        for order, index in enumerate(shown)
    ]


def area(values: Sequence[float], axis: Axis) -> str:
    """The path of a stair whose treads are as wide as columns, in a box of 1000 by 100."""
    if not values:
        return ""
    room = 1000 / len(values)
    path = ["M0 100"]
    for index, value in enumerate(values):
        y = round(100 - value / axis.top * 100, 2)
        path.append(f"L{round(room * index, 2)} {y}L{round(room * (index + 1), 2)} {y}")
    return "".join([*path, "L1000 100Z"])
