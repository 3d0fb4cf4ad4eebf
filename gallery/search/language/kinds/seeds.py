"""Seeds: up to 20 digits, exact, in a range, or with wildcards for digits."""

import re
from dataclasses import dataclass

from gallery.search.language.errors import Expected
from gallery.search.language.kinds.base import OneWord
from gallery.search.language.kinds.numbers import NONE, Missing

DIGITS = 20
_RANGE = re.compile(rf"(\d{{1,{DIGITS}}})\s*(?:-|\.\.|\u2013)\s*(\d{{1,{DIGITS}}})\Z")
_WILD = re.compile(r"[\d*?]+\Z", re.ASCII)
_COMPARED = re.compile(rf"([<>]=?)\s*(\d{{1,{DIGITS}}})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Digits:
    """Whole numbers from `low` to `high`, and like `pattern` where there is one."""

    low: int
    high: int
    pattern: str = ""


class Seed(OneWord):
    expected = "a seed like 1234, 100-200, 12* or 1?3"
    is_numeric = True

    def read(self, text: str) -> tuple[Digits, ...] | Missing:
        if text.lower() == NONE.value:
            return NONE
        if text.isascii() and text.isdigit() and len(text) <= DIGITS:
            return (Digits(int(text), int(text)),)
        if found := _RANGE.match(text):
            low, high = sorted((int(found[1]), int(found[2])))
            return (Digits(low, high),)
        if found := _COMPARED.match(text):
            return (_compared(found[1], int(found[2])),)
        if _WILD.match(text) and len(text) <= 2 * DIGITS:
            return _wild(re.sub(r"\*[*?]*\*|\*{2,}", "*", text))
        raise Expected(self.expected)


def _compared(operator: str, number: int) -> Digits:
    if operator[0] == "<":
        return Digits(0, max(0, number - (operator == "<")))
    return Digits(number + (operator == ">"), 10**DIGITS - 1)


def _wild(pattern: str) -> tuple[Digits, ...]:
    """As ranges of numbers, which an index finds; where digits follow a wildcard, also as text."""
    fixed = pattern[: len(pattern) - len(pattern.lstrip("0123456789"))]
    rest = pattern[len(fixed) :]
    shortest = len(pattern.replace("*", ""))
    longest = DIGITS if "*" in pattern else shortest
    text = "" if set(rest) <= {"*"} or set(rest) == {"?"} else pattern
    ranges = []
    for length in range(max(shortest, 1), longest + 1):
        low = int(fixed.ljust(length, "0") or "0")
        ranges.append(Digits(low, int(fixed.ljust(length, "9")), text))
    return tuple(ranges) if fixed else (Digits(0, 10**DIGITS - 1, pattern),)
