"""Sizes of pictures: pixels, one side only, a ratio, which way up."""

import re
from dataclasses import dataclass
from typing import Literal

from gallery.search.language.errors import Expected
from gallery.search.language.kinds.base import BARE, OneWord

_MOST = 1_000_000
_SPACED = re.compile(r"\d{1,7}\s*[x\u00d7*]\s*\d{1,7}(?![^\s,()|\"])", re.IGNORECASE)
_PIXELS = re.compile(r"(\d{1,7}|\?)\s*[x\u00d7*]\s*(\d{1,7}|\?)\Z", re.IGNORECASE)
_RATIO = re.compile(r"(\d{1,5})\s*:\s*(\d{1,5})\Z")
_SHAPES: dict[str, Literal["portrait", "landscape", "square"]] = {
    "portrait": "portrait",
    "landscape": "landscape",
    "square": "square",
}


@dataclass(frozen=True, slots=True)
class Exactly:
    """None is any."""

    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class Ratio:
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Shape:
    name: Literal["portrait", "landscape", "square"]


class Size(OneWord):
    expected = "a size like 512x768, 512x?, 16:9 or portrait"

    def end(self, text: str, start: int) -> int:
        found = _SPACED.match(text, start) or BARE.match(text, start)
        return found.end() if found else start

    def read(self, text: str) -> Exactly | Ratio | Shape:
        if shape := _SHAPES.get(text.lower()):
            return Shape(shape)
        if found := _PIXELS.match(text):
            sides = [None if side == "?" else int(side) for side in found.groups()]
            if any(sides) and all(side is None or 0 < side <= _MOST for side in sides):
                return Exactly(*sides)
        if (found := _RATIO.match(text)) and int(found[1]) and int(found[2]):
            return Ratio(int(found[1]), int(found[2]))
        raise Expected(self.expected)
