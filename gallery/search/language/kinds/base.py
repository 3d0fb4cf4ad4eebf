"""What every kind of value has: how far it reaches in a text, and what it means."""

import re
from typing import Any, Protocol

# A value without quotes: up to a space, a comma, a bar or a parenthesis that it did not open.
BARE = re.compile(r'(?:[^\s,()|"]|\([^\s()"]*\))+')


class Kind(Protocol):
    """`expected` completes "… was expected here"."""

    expected: str
    is_optional: bool  # the keyword may stand alone
    is_numeric: bool  # so that `(name:1.2)` is the keyword, and not a word with a weight
    takes_words: bool  # all words that follow, not one value

    def end(self, text: str, start: int) -> int:
        """Where the unquoted value that starts at `start` ends; `start` where none does."""
        ...

    def read(self, text: str) -> Any:
        """What `text` means. Raises `Expected`."""
        ...


class OneWord:
    """A kind whose values are one word, or quoted."""

    expected = "a value"
    is_optional = False
    is_numeric = False
    takes_words = False

    def end(self, text: str, start: int) -> int:
        found = BARE.match(text, start)
        return found.end() if found else start
