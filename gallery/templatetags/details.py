"""How one image's facts are written: hostile text made visible, ratings as ten steps."""

from dataclasses import dataclass

from django import template

from dtoolkit.core import paths

register = template.Library()

_KEPT_CONTROLS = frozenset("\n\t")
_FOLDED_CHARS, _FOLDED_LINES = 700, 14


@register.filter
def visible(text: str) -> str:
    """`text` of a file with controls and bidi overrides as U+FFFD; lines stay lines."""
    if text.isascii() and text.isprintable():
        return text
    lines = text.replace("\r\n", "\n")
    return "".join(c if c in _KEPT_CONTROLS else paths.display(c) for c in lines)


@register.filter
def is_long(text: str) -> bool:
    """So long that a page folds it."""
    return len(text) > _FOLDED_CHARS or text.count("\n") > _FOLDED_LINES


@register.filter
def needs_label(value: str) -> bool:
    """Whether a fact of the medium, as `16` or `RGBA`, says too little alone."""
    return value.replace(".", "", 1).isdigit()


@dataclass(frozen=True, slots=True)
class Step:
    """One of the ten rating buttons; pressing the chosen one clears, so its `value` is empty."""

    number: int
    value: str
    is_on: bool
    is_chosen: bool

    @property
    def key(self) -> int:
        return self.number % 10


@register.filter
def rating_steps(rating: int | None) -> list[Step]:
    return [
        Step(
            number=number,
            value="" if number == rating else str(number),
            is_on=number <= (rating or 0),
            is_chosen=number == rating,
        )
        for number in range(1, 11)
    ]
