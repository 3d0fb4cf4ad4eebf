"""The keywords that there are. Other apps add theirs here, each from its `AppConfig`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import cached_property, lru_cache
from typing import Any

from django.utils import timezone

from gallery.models import Album, Collection
from gallery.search.conditions import Condition
from gallery.search.language import Kind, Vocabulary
from gallery.search.language.vocabulary import Entry


@dataclass(frozen=True)
class Context:
    """What a keyword may need to know of the query that it stands in."""

    collection: Collection
    open_album: Callable[[Album], Condition]
    zone: tzinfo

    @cached_property
    def today(self) -> date:
        return datetime.now(self.zone).date()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value that the library has; `count` is None where nobody knows it quickly."""

    value: str
    count: int | None = None
    is_exact: bool = True
    hint: str = ""


def ranking(value: Any, context: Context) -> Condition:
    """The `compile` of keywords that rank: `gallery.search.rankings` takes them out before."""
    raise TypeError("A keyword that ranks is no condition.")


@dataclass(frozen=True)
class Keyword:
    """`compile` makes a condition of one value as `kind` reads it, `is_there` of having any.

    `help` completes "Finds images …"; `examples` are whole queries. `suggest` gives values that
    begin like, or have in them, what is typed.
    """

    name: str
    kind: Kind
    help: str
    examples: tuple[str, ...]
    group: str
    compile: Callable[[Any, Context], Condition]
    aliases: tuple[str, ...] = ()
    is_there: Callable[[Context], Condition] | None = None
    suggest: Callable[[str, Collection], Sequence[Suggestion]] | None = None
    choices: Sequence[str] = ()
    # What completion says before plain words that this keyword could take instead.
    offer: str = ""

    @property
    def ranks(self) -> bool:
        """It puts the result in order instead."""
        return self.compile is ranking

    @property
    def label(self) -> str:
        return self.name.replace("_", " ")

    @property
    def other_names(self) -> list[str]:
        return [alias for alias in self.aliases if alias != self.label]


_KEYWORDS: dict[str, Keyword] = {}


def register(keyword: Keyword) -> None:
    _KEYWORDS[keyword.name] = keyword
    vocabulary.cache_clear()


def every() -> Mapping[str, Keyword]:
    return _KEYWORDS


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    return Vocabulary(
        Entry(keyword.name, (keyword.name, *keyword.aliases), keyword.kind)
        for keyword in _KEYWORDS.values()
    )


def context(collection: Collection, open_album: Callable[[Album], Condition]) -> Context:
    """Dates are those of the server's time zone, as everywhere in the pages."""
    return Context(collection, open_album, timezone.get_current_timezone())
