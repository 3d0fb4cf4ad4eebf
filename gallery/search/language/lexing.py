"""A text as the tokens of the grammar. A run of plain words is one token, so that a pasted prompt
of ten kilobytes costs the grammar one step.

Lenient where people type or paste: what is not closed is closed at the end, a parenthesis that
closes nothing is text, and so are weights, `<lora:x:1>`, `{a|b}` and words with a colon that are
no keywords, unless they are one slip away from one.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gallery.search.language.errors import Expected, QueryError
from gallery.search.language.nodes import And, Node, Not, Span, Value, Word
from gallery.search.language.vocabulary import Entry, Vocabulary

MOST_PARTS = 300
DEEPEST = 40
LONGEST_NAME = 30
SHORTEST_PREFIX = 2

_SPACE = re.compile(r"\s+")
_GAP = re.compile(r"[\s,]+")
_BAR = re.compile(r"\s*\|[\s|]*")
_OPERATOR = re.compile(r"(OR|AND)(?![^\s,()|\"])")
_PHRASE = re.compile(r'"([^"]*)(?:"|\Z)')
_QUOTED = re.compile(r'(=?)"([^"]*)(?:"|\Z)((?:[^\s,()|"])*)')
_WORD = re.compile(r'(?:<[^<>\s"]*>|\\.|[^\s,"()|<\\]|<|\\|(?<=\w)\([^()\s"|]*\))+')
_CURLED = re.compile(r"\{[^{}]*\}|\[[^\[\]]*\]")
_HEAD = re.compile(r"([^\W\d]{3,20})[:=](?!//)(?!\d*\.\d)")
_WEIGHT = re.compile(r"\s*-?\d*\.?\d+\s*\)")


@dataclass(frozen=True, slots=True)
class Token:
    """`type` as the grammar has it; `content` is what becomes part of the tree."""

    type: str
    span: Span
    content: Any = None


class Lexer:
    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self._text = text
        self._vocabulary = vocabulary
        self._position = 0
        self._depth = 0
        self._colon = -1
        curled = [found.span() for found in _CURLED.finditer(text)] if "|" in text else []
        self._curled_starts = [start for start, _ in curled]
        self._curled_ends = [end for _, end in curled]

    def tokens(self) -> Iterator[Token]:
        """Without ORs that have nothing on one side, with all parentheses closed."""
        pending: Token | None = None
        before = "LPAR"
        parts = 0
        for token in self._raw():
            if token.type == "OR":
                pending = token if before not in {"LPAR", "NOT"} else None
                continue
            if pending and token.type != "RPAR":
                yield pending
            pending = None
            parts += token.type in {"TEXT", "LPAR", "KEYWORD"}
            if parts > MOST_PARTS:
                raise QueryError(f"A query of more than {MOST_PARTS} parts.", token.span)
            yield token
            before = token.type
        end = len(self._text)
        for _ in range(self._depth):
            yield Token("RPAR", Span(end, end))

    def _raw(self) -> Iterator[Token]:
        text = self._text
        while self._position < len(text):
            words = self._words()
            if words:
                yield Token("TEXT", Span(words[0].span.start, words[-1].span.end), words)
            start = self._position
            if start == len(text):
                return
            if text[start] == "-":
                self._position += 1
                yield Token("NOT", Span(start, start + 1))
                start += 1
            if keyword := self._keyword(start):
                yield from self._field(start, *keyword)
            elif text[start] == "(":
                yield self._open(start)
            elif text[start] == ")":
                self._position += 1
                if self._depth:
                    self._depth -= 1
                    yield Token("RPAR", Span(start, start + 1))
            elif operator := self._or(start):
                self._position = operator
                yield Token("OR", Span(start, operator))

    def _open(self, start: int) -> Token:
        self._position = start + 1
        self._depth += 1
        if self._depth > DEEPEST:
            raise QueryError("Parentheses nest too deep here.", Span(start, start + 1))
        return Token("LPAR", Span(start, start + 1))

    def _or(self, start: int) -> int | None:
        """Where the OR that stands at `start` ends."""
        if self._text[start] == "|":
            found = _BAR.match(self._text, start)
            return found.end() if found else None
        found = _OPERATOR.match(self._text, start)
        return found.end() if found and found[1] == "OR" else None

    def _keyword(self, start: int) -> tuple[Entry, int] | None:
        if self._colon < start:
            self._colon = self._text.find(":", start)
            if self._colon < 0:
                self._colon = len(self._text) + LONGEST_NAME
        if self._colon - start > LONGEST_NAME:
            return None
        found = self._vocabulary.at(self._text, start)
        if not found:
            return None
        entry, end = found
        is_weight = bool(self._depth) and bool(_WEIGHT.match(self._text, end))
        return None if is_weight and not entry.kind.is_numeric else found

    def _words(self) -> tuple[Word | Not, ...]:
        """All words up to the next thing that is none."""
        words: list[Word | Not] = []
        text, typing = self._text, False
        while self._position < len(text):
            if gap := _GAP.match(text, self._position):
                self._position = gap.end()
                typing = typing and "," not in gap[0]
                continue
            start = bare = self._position
            while bare < len(text) and text[bare] == "-":
                bare += 1
            is_excluded = bare > start
            if is_excluded and bare < len(text) and (self._keyword(bare) or text[bare] == "("):
                self._position = bare - 1
                break
            if not is_excluded and self._stops(start):
                break
            word = self._word(bare)
            if word is None:
                self._position = bare + (bare == start)
                continue
            typing = not is_excluded and text[bare] != '"'
            whole = Span(start, word.span.end)
            words.append(Not(whole, word) if is_excluded else word)
        if typing and self._position == len(text):
            last = words[-1]
            if isinstance(last, Word) and len(last.text) >= SHORTEST_PREFIX:
                words[-1] = Word(last.span, last.text, is_prefix=True)
        return tuple(words)

    def _stops(self, start: int) -> bool:
        char = self._text[start]
        if char == "|":
            if self._is_curled(start):
                self._position += 1
                return False
            return True
        if char in "()":
            return True
        if char == "O" and self._or(start):
            return True
        return self._keyword(start) is not None

    def _word(self, start: int) -> Word | None:
        """The word or phrase at `start`, or None where only a sign stands there."""
        text = self._text
        if phrase := _PHRASE.match(text, start):
            self._position = phrase.end()
            return Word(Span(start, phrase.end()), phrase[1])
        found = _WORD.match(text, start)
        if not found:
            return None
        self._position = found.end()
        if found[0] == "AND":
            return Word(Span(start, found.end()), "")
        self._refuse_slip(start, found[0])
        return Word(Span(start, found.end()), found[0].rstrip("*"), found[0].endswith("*"))

    def _refuse_slip(self, start: int, word: str) -> None:
        head = _HEAD.match(word)
        if not head or head[0].endswith("="):
            return
        is_weight = bool(self._depth) and bool(_WEIGHT.match(self._text, start + head.end()))
        near = None if is_weight else self._vocabulary.near(head[1])
        if near:
            raise QueryError(
                f"{head[1]}: is no keyword. Did you mean {near.replace('_', ' ')}:? "
                "To search for it as words, put it in quotes.",
                Span(start, start + head.end()),
            )

    def _is_curled(self, position: int) -> bool:
        index = bisect_right(self._curled_starts, position) - 1
        return index >= 0 and position < self._curled_ends[index]

    def _field(self, start: int, entry: Entry, position: int) -> Iterator[Token]:
        typed = self._text[start : position - 1]
        yield Token("KEYWORD", Span(start, position), entry.name)
        while True:
            value = self._value(typed, entry, position)
            yield Token("VALUE", value.span, value)
            position = self._position
            bar = _BAR.match(self._text, position)
            if not bar or self._is_curled(position):
                return
            following = bar.end()
            if following == len(self._text):
                self._position = following
                return
            if self._text[following] in "()-" or self._keyword(following):
                return
            yield Token("BAR", Span(*bar.span()))
            position = following

    def _value(self, typed: str, entry: Entry, colon_end: int) -> Value:
        text, kind = self._text, entry.kind
        space = _SPACE.match(text, colon_end)
        start = space.end() if space else colon_end
        if kind.takes_words:
            return self._all_words(typed, entry, start)
        if quoted := _QUOTED.match(text, start):
            end, said = quoted.end(), quoted[1] + quoted[2] + quoted[3]
            inside = quoted.start(2) - len(quoted[1])
        else:
            is_next = space is not None and self._keyword(start) is not None
            end = start if is_next else kind.end(text, start)
            said, inside = text[start:end], start
        if end == start and not kind.is_optional:
            span = Span(colon_end - len(typed) - 1, colon_end)
            raise QueryError(f"{typed}: {kind.expected} was expected here.", span)
        self._position = end if end > start else colon_end
        try:
            return Value(Span(start, max(end, start)), said, kind.read(said))
        except Expected as error:
            last = len(said) if error.end is None else error.end
            span = Span(inside + error.start, inside + last) if last else Span(start, end)
            raise QueryError(f"{typed}: {said}: {error.what} was expected here.", span) from None

    def _all_words(self, typed: str, entry: Entry, start: int) -> Value:
        self._position = start
        words: tuple[Node, ...] = self._words()
        if not words:
            span = Span(start - len(typed) - 1, start)
            raise QueryError(f"{typed}: {entry.kind.expected} was expected here.", span)
        span = Span(words[0].span.start, words[-1].span.end)
        return Value(span, span.of(self._text), And(span, words))


__all__ = ["DEEPEST", "MOST_PARTS", "Lexer", "Token"]
