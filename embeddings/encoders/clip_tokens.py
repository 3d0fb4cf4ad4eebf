"""A prompt in pieces of 75 tokens, cut where ComfyUI cuts them: between words."""

import functools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

START, END = 49_406, 49_407
PIECE = 75
# A word of as many tokens is cut where it has to be.
_LONG_WORD = 8
# Beyond, a word fills a piece several times over, and takes time with the square of its length.
_WORD_CHARACTERS = 300
_REMEMBERED = 200_000


def pieces(words: Iterable[Sequence[int]]) -> Iterator[list[int]]:
    """Lists of 1 to 75 tokens; of no words, one empty list. Lazy: `words` are read as needed."""
    piece: list[int] = []
    is_first = True
    for word in words:
        rest = list(word)
        while len(piece) + len(rest) > PIECE:
            if len(rest) >= _LONG_WORD:
                room = PIECE - len(piece)
                piece, rest = piece + rest[:room], rest[room:]
            yield piece
            is_first, piece = False, []
        piece += rest
    if piece or is_first:
        yield piece


def first(text: str) -> list[int]:
    """The first piece of `text` between start and end, 2 to 77 tokens."""
    return [START, *next(pieces(_of_words(text))), END]


def _of_words(text: str) -> Iterator[list[int]]:
    tokenizer = _tokenizer()
    if len(tokenizer.cache) > _REMEMBERED:
        tokenizer.cache.clear()
    for word in text.split():
        yield tokenizer.encode(word[:_WORD_CHARACTERS])


@functools.cache
def _tokenizer() -> Any:
    """open_clip brings OpenAI's vocabulary along."""
    from open_clip.tokenizer import SimpleTokenizer

    return SimpleTokenizer()
