"""Results that a higher app puts in order: its keywords rank what all other conditions leave.

The ranking of a query is one list of images, best first. It is cut off somewhere, so it is a
condition too: all that lists, counts, selects or keeps a result works on it as on any other.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from dtoolkit.core.errors import Unavailable
from gallery.models import Collection
from gallery.querysets import ImageQuerySet
from gallery.search import language
from gallery.search.keywords import registry
from gallery.search.language import And, Field, Node, Not, Span


class Unrankable(Unavailable):
    """What stands in the way, as a headline and a sentence, and the one thing to do about it."""

    code = "unrankable"

    def __init__(self, title: str, message: str, verb: str = "", url: str = "") -> None:
        super().__init__(f"{title} {message}", title=title, verb=verb, url=url)
        self.title, self.sentence, self.verb, self.url = title, message, verb, url


@dataclass(frozen=True, slots=True)
class Term:
    """One value of a ranking keyword; `is_unlike` where results should not be like it."""

    keyword: str
    content: Any
    text: str
    is_unlike: bool
    span: Span

    @property
    def source(self) -> str:
        sign = "-" if self.is_unlike else ""
        return f"{sign}{self.keyword}:{language.quoted(self.text)}"


@dataclass(frozen=True, slots=True)
class Wish:
    """How to rank, as the address says it: numbers from -1 to 1 by the names of spaces."""

    spaces: Mapping[str, float]
    floors: Mapping[str, float]
    fusion: str
    is_grouped: bool
    takes_any: bool  # also where nothing matches well


@dataclass(frozen=True)
class Asked:
    """`images` gives the rows to be ranked; `key` is the same for the same question. `address` is
    the query string of the same result with other terms that rank."""

    collection: Collection
    terms: Sequence[Term]
    wish: Wish
    key: str
    images: Callable[[], ImageQuerySet]
    address: Callable[[Sequence[Term]], str]


@dataclass(frozen=True, slots=True)
class Part:
    """What one space says of an image: its similarity, -1 to 1."""

    title: str
    value: float
    is_opposed: bool = False  # the less the better

    @property
    def bar(self) -> float:
        return round(min(1.0, max(0.0, self.value)), 3)

    @property
    def said(self) -> str:
        return f"{self.value:.2f}"


@dataclass(frozen=True, slots=True)
class Note:
    """Why an image matched, and how many images of its prompt stand behind it."""

    parts: Sequence[Part]
    more: int = 0


@dataclass(frozen=True)
class Ranked:
    """`ids` best first. `panel` is what the page shows above them; its `template` is included with
    it. `timings` are milliseconds by name. Where `is_poor` no image matches well, and `ids` are
    empty unless the wish takes any."""

    ids: tuple[int, ...]
    notes: Mapping[int, Note] = field(default_factory=dict)
    panel: Any = None
    timings: Mapping[str, float] = field(default_factory=dict)
    is_poor: bool = False


class Ranker(Protocol):
    """`door` is the name of the page on which one asks by a picture or in words; it takes the
    collection's slug. `region` likewise, with an image's id: where a part of it is posted."""

    door: str
    region: str

    def like(self, ids: Sequence[int]) -> str:
        """The query for images like these."""
        ...

    def rank(self, asked: Asked) -> Ranked:
        """Raises `Unrankable`, `BadInput`, and `QueryError` at the term that is wrong."""
        ...


_rankers: list[Ranker] = []


def register(ranker: Ranker) -> None:
    """There is one; the last registered counts."""
    _rankers[:] = [ranker]


def ranker() -> Ranker | None:
    return _rankers[0] if _rankers else None


def rank(asked: Asked) -> Ranked:
    return _rankers[0].rank(asked)


def may_rank(text: str) -> bool:
    """Quickly, and sometimes wrongly yes."""
    return bool(_names(registry.vocabulary()).search(text))


@lru_cache(maxsize=1)
def _names(vocabulary: language.Vocabulary) -> re.Pattern[str]:
    ranking = [keyword for keyword in registry.every().values() if keyword.ranks]
    names = [name for keyword in ranking for name in (keyword.name, *keyword.aliases)]
    return re.compile(rf"(?:{'|'.join(map(re.escape, names)) or r'(?!)'}):", re.IGNORECASE)


def split(tree: Node) -> tuple[tuple[Term, ...], Node]:
    """What ranks at the top of the query, and all else."""
    parts = tree.parts if isinstance(tree, And) else (tree,)
    terms: list[Term] = []
    rest: list[Node] = []
    for part in parts:
        inner = part.part if isinstance(part, Not) else part
        if not isinstance(inner, Field) or not registry.every()[inner.name].ranks:
            rest.append(part)
            continue
        is_unlike = isinstance(part, Not)
        terms += (
            Term(inner.name, value.content, value.text, is_unlike, value.span)
            for value in inner.values
        )
    return tuple(terms), And(tree.span, tuple(rest)) if terms else tree
