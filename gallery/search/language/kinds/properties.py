"""A setting of a node: `name=value`, `Class.name=value`, `name~part of the value`."""

import re
from dataclasses import dataclass

from gallery.search.language.errors import Expected
from gallery.search.language.kinds.base import OneWord
from gallery.search.language.kinds.names import LONGEST, Pattern, pattern

_REACH = re.compile(r'[^\s,()|"=~]+[=~](?:"[^"]*(?:"|\Z)|(?:[^\s,()|"]|\([^\s()"]*\))+)?')


@dataclass(frozen=True, slots=True)
class PropertyTest:
    node_class: str  # empty: of any
    name: str
    value: Pattern


class Property(OneWord):
    expected = "a setting like text=cat*, KSampler.steps=20 or text~cat"

    def end(self, text: str, start: int) -> int:
        found = _REACH.match(text, start)
        return found.end() if found else super().end(text, start)

    def read(self, text: str) -> PropertyTest:
        found = re.match(r"([^=~]+)([=~])(.+)\Z", text, re.DOTALL)
        if not found or len(text) > LONGEST:
            raise Expected(self.expected)
        node_class, _, name = found[1].strip().rpartition(".")
        value = found[3].strip().strip('"')
        if not name or not value:
            raise Expected(self.expected)
        if found[2] == "~":
            return PropertyTest(node_class, name, Pattern(value, "contains"))
        return PropertyTest(node_class, name, pattern(value, self.expected, is_whole=True))
