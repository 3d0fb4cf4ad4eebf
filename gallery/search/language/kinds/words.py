"""Words of a text that is searched like prompts are; the parser reads them itself."""

from typing import Any

from gallery.search.language.kinds.base import OneWord


class Words(OneWord):
    """`takes_all` reaches over all following words, up to the next keyword."""

    expected = "a word"

    def __init__(self, *, takes_all: bool = False) -> None:
        self.takes_words = takes_all

    def read(self, text: str) -> Any:
        return text
