"""Numbers: exact, compared, from one to another; with units where they are sizes or times."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from gallery.search.language.errors import Expected
from gallery.search.language.kinds.base import BARE, OneWord

OPERATORS = {"<=": "<=", ">=": ">=", "<>": "!=", "!=": "!=", "<": "<", ">": ">", "=": "=",
             "≤": "<=", "≥": ">=", "≠": "!="}  # fmt: skip
_OPERATOR = re.compile(r"(?:[<>!]=|<>|[<>=≤≥≠])")
_NUMBER = r"-?(?:\d+(?:\.\d*)?|\.\d+)"
_BETWEEN = r"\s*(?:\.\.\.?|…|\u2013|-)\s*"
_LONGEST = 40


class Missing(Enum):
    NONE = "none"


NONE = Missing.NONE


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, None being no end; the ends belong to it where they are closed."""

    low: float | None = None
    high: float | None = None
    is_low_closed: bool = True
    is_high_closed: bool = True
    is_outside: bool = False  # all but this


class Number(OneWord):
    """`none` stands for images without a value. `units` maps endings to factors."""

    is_numeric = True

    def __init__(
        self,
        *,
        whole: bool = False,
        lowest: float | None = None,
        highest: float | None = None,
        takes_none: bool = True,
        units: Mapping[str, float] | None = None,
        expected: str = "a number",
        takes_more: bool = False,
    ) -> None:
        self._is_whole, self._takes_none = whole, takes_none
        self._lowest, self._highest = lowest, highest
        self._units = dict(units or {})
        self.expected = expected
        endings = "|".join(sorted(map(re.escape, self._units), key=len, reverse=True))
        unit = rf"(?:\s?(?:{endings})(?![^\W\d_]))?" if endings else ""
        number = rf"{_NUMBER}{unit}"
        more = r"\+" if takes_more else r"(?!)"
        self._one = re.compile(rf"({_NUMBER})({unit})\Z", re.IGNORECASE)
        self._reach = re.compile(
            rf"(?:{_OPERATOR.pattern})\s*{number}|{number}(?:{_BETWEEN}{number}|{more})?",
            re.IGNORECASE,
        )
        self._range = re.compile(rf"({number}){_BETWEEN}({number})\Z", re.IGNORECASE)
        self._more = re.compile(rf"({number}){more}\Z", re.IGNORECASE)

    def end(self, text: str, start: int) -> int:
        found = self._reach.match(text, start)
        end = found.end() if found else start
        operator = _OPERATOR.match(text, start)
        if not found and operator:
            end = operator.end()
            while end < len(text) and text[end] in " \t":
                end += 1
            if end == len(text):
                return operator.end()
        further = BARE.match(text, end)
        return further.end() if further else end

    def read(self, text: str) -> Interval | Missing:
        if text.lower() == NONE.value and self._takes_none:
            return NONE
        operator = _OPERATOR.match(text)
        if operator:
            start = len(text) - len(text[operator.end() :].lstrip())
            number = self._number(text, start, len(text))
            return _compared(OPERATORS[operator[0]], number)
        if between := self._range.match(text):
            ends = (self._number(text, *between.span(1)), self._number(text, *between.span(2)))
            return Interval(min(ends), max(ends))
        if more := self._more.match(text):
            return Interval(self._number(text, *more.span(1)))
        number = self._number(text, 0, len(text))
        return Interval(number, number)

    def _number(self, text: str, start: int, end: int) -> float:
        found = self._one.match(text[start:end]) if end - start <= _LONGEST else None
        if not found:
            raise Expected(self.expected, start, end)
        factor = self._units.get(found[2].strip().lower(), 1)
        number = float(found[1]) * factor
        if self._is_whole and not number.is_integer() and factor == 1:
            raise Expected("a whole number", start, end)
        return self._in_range(number, start, end)

    def _in_range(self, number: float, start: int, end: int) -> float:
        low, high = self._lowest, self._highest
        if low is not None and high is not None and not low <= number <= high:
            raise Expected(f"a number from {low:g} to {high:g}", start, end)
        if low is not None and number < low:
            raise Expected(f"a number of at least {low:g}", start, end)
        return number


def _compared(operator: str, number: float) -> Interval:
    match operator:
        case "<":
            return Interval(high=number, is_high_closed=False)
        case "<=":
            return Interval(high=number)
        case ">":
            return Interval(low=number, is_low_closed=False)
        case ">=":
            return Interval(low=number)
        case "!=":
            return Interval(number, number, is_outside=True)
        case _:
            return Interval(number, number)
