"""Marks in one row: a bar from zero, or a dot with its interval on a scale."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """In percent of the row; `low` and `high` are the same where there is no interval."""

    at: float
    low: float
    high: float


def share(value: float, most: float) -> float:
    """The length of a bar; what is there at all is seen."""
    if value <= 0 or most <= 0:
        return 0
    return round(max(0.4, min(100.0, value / most * 100)), 2)


def span(middle: float, low: float, high: float, first: float, last: float) -> Span:
    """On the scale from `first` to `last`; what lies beyond ends at its edge."""
    at, start, end = (_on(value, first, last) for value in (middle, low, high))
    return Span(at, start, end)


def _on(value: float, first: float, last: float) -> float:
    place = (value - first) / (last - first) * 100 if last > first else 50.0
    return round(min(100.0, max(0.0, place)), 2)
