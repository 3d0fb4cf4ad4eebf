"""Names, with `*` for anything and `?` for one character; LoRAs also with a weight."""

from dataclasses import dataclass
from typing import Literal

from gallery.search.language.errors import Expected
from gallery.search.language.kinds.base import OneWord
from gallery.search.language.kinds.numbers import Interval, Number

LONGEST = 500
_WEIGHT = Number(takes_none=False, expected="a weight like 0.8 or 0.5-1")


@dataclass(frozen=True, slots=True)
class Pattern:
    """`text` as typed; `how` it must lie in what is searched: `like` has wildcards."""

    text: str
    how: Literal["contains", "equals", "like"]


@dataclass(frozen=True, slots=True)
class WeightedName:
    name: Pattern
    weight: Interval | None


class Name(OneWord):
    """A leading `=` asks for the whole name; without it `is_whole` decides."""

    def __init__(self, expected: str = "a name", *, is_whole: bool = False) -> None:
        self.expected = expected
        self._is_whole = is_whole

    def read(self, text: str) -> Pattern:
        return pattern(text, self.expected, is_whole=self._is_whole)


class Weighted(OneWord):
    """`fennec`, `fennec@0.8`, `fennec@0.5-1`, `fennec@>0.5`."""

    expected = "a name, perhaps with a weight like name@0.5-1"

    def read(self, text: str) -> WeightedName:
        name, at, weight = text.rpartition("@")
        if not at:
            return WeightedName(pattern(text, "a name"), None)
        try:
            read = _WEIGHT.read(weight)
        except Expected as error:
            end = None if error.end is None else error.end + len(name) + 1
            raise Expected(error.what, error.start + len(name) + 1, end) from None
        assert isinstance(read, Interval)  # noqa: S101 - it takes no `none`
        return WeightedName(pattern(name, "a name"), read)


def pattern(text: str, expected: str, *, is_whole: bool = False) -> Pattern:
    text = text.strip()
    if text.startswith("=") and len(text) > 1:
        return Pattern(text[1:], "equals")
    if not text or len(text) > LONGEST:
        raise Expected(expected if not text else f"{expected} of at most {LONGEST} characters")
    if "*" in text or "?" in text:
        return Pattern(text, "like")
    return Pattern(text, "equals" if is_whole else "contains")
