"""What may stand after the keywords of meaning: an image or a picture, and a text."""

from uuid import UUID

from gallery.search.language.errors import Expected
from gallery.search.language.kinds.base import OneWord

_BIGGEST_ID = 2**63 - 1
MOST_CHARS = 2000


class Like(OneWord):
    """An image by its number, or a picture that was given by its token."""

    expected = "an image's number, or a picture that you gave"

    def read(self, text: str) -> int | UUID:
        if text.isascii() and text.isdigit() and len(text) < 20 and 0 < int(text) <= _BIGGEST_ID:
            return int(text)
        try:
            return UUID(text)
        except ValueError:
            raise Expected(self.expected) from None


class Description(OneWord):
    """In quotes where it is more than a word."""

    expected = 'a description in quotes, like "a red fox in snow"'

    def read(self, text: str) -> str:
        said = " ".join(text.split())
        if not said:
            raise Expected(self.expected)
        if len(said) > MOST_CHARS:
            raise Expected(f"a description of at most {MOST_CHARS:,} characters")
        return said
