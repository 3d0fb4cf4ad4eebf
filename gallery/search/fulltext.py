"""The small language of the prompt search, compiled to one tsquery.

Words are found whole, in any order, all of them; the last one also finds words that begin with it,
so that results are right while one types. `fox*` finds words that begin with it anywhere,
`"red fox"` the exact words in a row, `-fox` and `-"red fox"` leave out. Commas only separate.
Everything else is text: no input is an error.
"""

import re
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

from gallery.models.prompts import SEPARATORS, Prompt
from gallery.search.conditions import NEVER, Condition, Few, Indexed, Plain, any_of

HINT = 'Words find whole words, the last one also its beginning; fox* "red fox" -blue'

FEW_PROMPTS = 2000
MAX_CHARS = 10_000
_MAX_WORD = 250  # PostgreSQL indexes no word above 2 KB and raises on longer ones in a query
_SHORTEST_PREFIX = 2
_TOKEN = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<word>[^\s,"]+))|(?P<comma>,)')
_TYPOGRAPHIC_QUOTES = str.maketrans("“”„«»", '"""""')
_AS_INDEXED = str.maketrans(SEPARATORS, " " * len(SEPARATORS))


@dataclass(frozen=True, slots=True)
class Term:
    """`text` is one or more words in a row."""

    text: str
    is_prefix: bool = False
    is_excluded: bool = False

    def compile(self) -> str:
        quoted = self.text.replace("\\", "\\\\").replace("'", "''")
        return f"{'!' if self.is_excluded else ''}'{quoted}'{':*' if self.is_prefix else ''}"


def parse(text: str) -> tuple[Term, ...]:
    """The terms of `text` that hold anything searchable."""
    terms: list[Term] = []
    typing: int | None = None
    for match in _TOKEN.finditer(clean(text)):
        typing = None
        is_excluded = bool(match["minus"])
        word, phrase = match["word"], match["phrase"]
        words = _words(word if word is not None else phrase or "")
        if not words:
            continue
        is_prefix = word is not None and word.endswith("*")
        is_prefix = (is_prefix or len(words) > _MAX_WORD) and len(words) >= _SHORTEST_PREFIX
        if word is not None and not is_excluded:
            typing = len(terms)
        terms.append(Term(words, is_prefix=is_prefix, is_excluded=is_excluded))
    if typing is not None and len(terms[typing].text) >= _SHORTEST_PREFIX:
        terms[typing] = Term(terms[typing].text, is_prefix=True)
    return tuple(terms)


def compile_terms(terms: tuple[Term, ...]) -> SearchQuery:
    """One tsquery that all of `terms` must satisfy, sent as one parameter."""
    source = " & ".join(term.compile() for term in terms)
    return SearchQuery(source, config="simple", search_type="raw")


def clean(text: str) -> str:
    """`text` as it is kept in the URL: no NULs, no lone surrogates, not endless."""
    sound = text.replace("\0", " ").encode("utf-8", "replace").decode()
    return sound.translate(_TYPOGRAPHIC_QUOTES).strip()[:MAX_CHARS]


def says_something(text: str) -> bool:
    """False while only a sign is typed, like the minus before a word."""
    return bool(text.strip('-", '))


def _words(text: str) -> str:
    """`text` as the index read it; empty where nothing in it is a word."""
    words = [word[:_MAX_WORD] for word in text.translate(_AS_INDEXED).split()]
    return " ".join(word for word in words if any(char.isalnum() for char in word))


def condition(text: str) -> Condition:
    terms = parse(text)
    if not terms:
        return NEVER
    words = compile_terms(terms)
    if all(term.is_excluded for term in terms):
        return Plain(Q(prompt__isnull=True) | Q(prompt__words=words))
    return Worded(words)


class Worded:
    """Of images whose prompt matches; prompts are fewer than images, and are looked at first."""

    def __init__(self, words: SearchQuery) -> None:
        self._words = words

    def where(self) -> Q:
        return Q(prompt__words=self._words)

    def few(self, limit: int) -> Few | None:
        prompts = Prompt.objects.filter(words=self._words).values_list("pk", flat=True)
        ids = list(prompts[: FEW_PROMPTS + 1])
        return Indexed(any_of("prompt_id", ids)).few(limit) if len(ids) <= FEW_PROMPTS else None
