"""How texts differ, word by word: pure, and bounded whatever a prompt holds."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

# A weight belongs to its word: `(red fox:1.2)` differs from `(red fox:1.3)` in the number alone.
_WORDS = re.compile(r"\d+(?:\.\d+)?|\w+|\s+|[^\w\s]")
_WORD = re.compile(r"\w")
MOST_WORDS = 3000


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    is_different: bool


def of_texts(texts: Sequence[str]) -> list[list[Piece]]:
    """Each text in pieces, those marked that not all of them have in this order.

    Texts that are too long to be compared word by word are whole pieces.
    """
    if len(set(texts)) <= 1:
        return [[Piece(text, False)] if text else [] for text in texts]
    words = [_WORDS.findall(text) for text in texts]
    if any(len(each) > MOST_WORDS for each in words):
        return [[Piece(text, True)] if text else [] for text in texts]
    shared = _shared(words)
    return [_pieces(each, common) for each, common in zip(words, shared, strict=True)]


def _shared(words: Sequence[list[str]]) -> list[set[int]]:
    """For each text the places of words that the first has and all others have too."""
    first = words[0]
    matches: list[dict[int, int]] = []
    for other in words[1:]:
        found = difflib.SequenceMatcher(None, first, other).get_matching_blocks()
        matches.append({m.a + step: m.b + step for m in found for step in range(m.size)})
    everywhere = set(range(len(first))).intersection(*(set(match) for match in matches))
    return [everywhere, *({match[place] for place in everywhere} for match in matches)]


def _pieces(words: Sequence[str], shared: set[int]) -> list[Piece]:
    runs: list[Piece] = []
    for place, word in enumerate(words):
        differs = place not in shared
        if runs and runs[-1].is_different == differs:
            runs[-1] = Piece(runs[-1].text + word, differs)
        else:
            runs.append(Piece(word, differs))
    return _joined(runs)


def _joined(runs: Sequence[Piece]) -> list[Piece]:
    """Marks do not fall apart at each blank and comma that both texts have between their words."""
    pieces: list[Piece] = []
    for index, run in enumerate(runs):
        is_between = 0 < index < len(runs) - 1 and not run.is_different
        differs = run.is_different or (is_between and not _WORD.search(run.text))
        if pieces and pieces[-1].is_different == differs:
            pieces[-1] = Piece(pieces[-1].text + run.text, differs)
        else:
            pieces.append(Piece(run.text, differs))
    return pieces
