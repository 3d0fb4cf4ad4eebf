"""One of few words, and yes or no."""

import re
from collections.abc import Mapping
from typing import ClassVar

from gallery.search.language.errors import Expected
from gallery.search.language.kinds.base import OneWord


class Choice(OneWord):
    """`choices` maps what may be typed to what it means."""

    def __init__(self, choices: Mapping[str, str]) -> None:
        self.choices = dict(choices)
        meant = list(dict.fromkeys(self.choices.values()))
        self.expected = f"{', '.join(meant[:-1])} or {meant[-1]}"

    def read(self, text: str) -> str:
        try:
            return self.choices[text.lower()]
        except KeyError:
            raise Expected(self.expected) from None


class Flag(OneWord):
    """Alone it is true. A word that is neither is the next word of the query."""

    expected = "true or false"
    is_optional = True
    _said: ClassVar[dict[str, bool]] = {
        **dict.fromkeys(("true", "yes", "1", "on"), True),
        **dict.fromkeys(("false", "no", "0", "off"), False),
    }
    _word = re.compile(rf"(?:{'|'.join(_said)})(?![^\s,()|\"])", re.IGNORECASE)

    def end(self, text: str, start: int) -> int:
        found = self._word.match(text, start)
        if found:
            return found.end()
        is_attached = start > 0 and text[start - 1] == ":"
        return super().end(text, start) if is_attached else start

    def read(self, text: str) -> bool:
        if not text:
            return True
        try:
            return self._said[text.lower()]
        except KeyError:
            raise Expected(self.expected) from None
