"""The query bar's chips and menus: what narrows this result, and the address without it."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from dtoolkit.core import paths
from gallery.models import Prompt, Resource, ResourceFile
from gallery.search import language
from gallery.search.best_match import BestMatch
from gallery.search.keywords import registry
from gallery.search.query import ALBUM_ORDER, BIGGEST_SEED, SORT_TITLES, ResultQuery

_EXCERPT = 40
_RATINGS = range(1, 11)
_NEWEST_FIRST = {
    "-created": "Newest",
    "created": "Oldest",
    "-modified": "Last changed",
    "-first_seen": "Last added",
    "-rating": "Best rated",
    "-viewed": "Last viewed",
    "-size": "Largest",
    "size": "Smallest",
    "name": "Name",
    "random": "Random",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter: `label` and `value` for the person, `without` the address that drops it.

    A keyword of the query has its `text`, which goes back into the field to be edited.
    """

    label: str
    value: str
    without: str
    text: str = ""
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    url: str
    is_current: bool


def chips(query: ResultQuery) -> Sequence[Chip]:
    return list(_chips(query))


def _chips(query: ResultQuery) -> Iterator[Chip]:
    if query.within:
        folder = query.within
        name = folder.name if folder.path else folder.root.name
        yield Chip("folder", paths.display(name), query.querystring(folder=None))
    if query.shelf:
        yield Chip("album", paths.display(query.shelf.name), query.querystring(album=None))
    if query.view == "recent":
        yield Chip("recently viewed", "", query.querystring(view=""))
    if query.view == "trash":
        yield Chip("for deletion", "", query.querystring(view=""))
    if query.favourite:
        yield Chip("favourites", "", query.querystring(favourite=False))
    if query.rating == "none":
        yield Chip("unrated", "", query.querystring(rating=None))
    elif query.rating:
        more = "" if query.rating == _RATINGS[-1] else " or more"
        yield Chip("rated", f"{query.rating}{more}", query.querystring(rating=None))
    if query.workflow:
        yield Chip("same workflow", "", query.querystring(workflow=None))
    if query.made_with:
        file = ResourceFile.objects.filter(pk=query.made_with).first()
        name = paths.display(file.name) if file else "a model file no longer known"
        yield Chip("made with", name, query.querystring(made_with=None))
    for name, label in (("prompt", "prompt"), ("negative_prompt", "negative prompt")):
        pk = getattr(query, name)
        if pk:
            prompt = Prompt.objects.filter(pk=pk).first()
            said = paths.display(prompt.text[:_EXCERPT]) if prompt else "that no image has now"
            yield Chip(label, said, query.querystring(**{name: None}))
    if query.resource:
        resource = Resource.objects.filter(pk=query.resource).first()
        label = resource.get_kind_display() if resource else "made with"
        said = paths.display(resource.name) if resource else "something that no image names now"
        yield Chip(label, said, query.querystring(resource=None))
    if query.nsfw:
        label = "only NSFW" if query.nsfw == "only" else "without NSFW"
        yield Chip(label, "", query.querystring(nsfw=""))
    if query.unavailable:
        yield Chip("also unavailable", "", query.querystring(unavailable=False))


def _unquoted(value: str) -> str:
    inner = value.removeprefix("=").strip('"')
    return inner if '"' not in inner and value.count('"') == 2 else value


class Bar:
    """What the query bar offers for one result.

    `typed` is what stands in the field while one types: it is left alone, and what was a chip
    before stays one. Without it the keywords of the query are chips and the field has the rest.
    """

    def __init__(self, query: ResultQuery, typed: str | None = None, kept: str = "") -> None:
        self.query = query
        self.is_live = typed is not None
        tree = language.parse(kept if self.is_live else query.q, registry.vocabulary())
        self._terms, rest = language.split(tree, kept if self.is_live else query.q)
        self.text = typed if typed is not None else rest

    @cached_property
    def chips(self) -> Sequence[Chip]:
        return chips(self.query)

    @cached_property
    def terms(self) -> Sequence[Chip]:
        texts = [term.text for term in self._terms]
        return [
            Chip(
                label=registry.every()[term.name].label,
                value=_unquoted(term.value),
                without=self._with_terms([*texts[:index], *texts[index + 1 :]]),
                text=term.text,
                is_excluded=term.is_excluded,
            )
            for index, term in enumerate(self._terms)
        ]

    def _with_terms(self, texts: list[str]) -> str:
        return self.query.querystring(q=language.joined([*texts, self.text], registry.vocabulary()))

    @property
    def hidden_params(self) -> dict[str, str]:
        """What the search form carries besides its own words."""
        params = self.query.replace().to_params()
        params.pop("q", None)
        return params

    @property
    def sort_title(self) -> str:
        name = self.query.sort.removeprefix("-")
        return _NEWEST_FIRST.get(self.query.sort) or self._titles[name]

    @property
    def _titles(self) -> dict[str, str]:
        own = {BestMatch.name: BestMatch.title} if self.query.is_ranked else {}
        if self.query.album:
            own[ALBUM_ORDER] = "Album order"
        return own | SORT_TITLES

    @property
    def sorts(self) -> Iterator[Choice]:
        """One a column, each in the direction that one usually wants first."""
        current = self.query.sort.removeprefix("-")
        for name, title in self._titles.items():
            if name == "random":
                yield Choice(title, self._shuffled(), current == name)
                continue
            sort = name if name in {"name", ALBUM_ORDER, BestMatch.name} else f"-{name}"
            if current == name:
                sort = self.query.sort
            yield Choice(title, self.query.querystring(sort=sort, seed=0), current == name)

    @property
    def directions(self) -> Sequence[Choice]:
        name = self.query.sort.removeprefix("-")
        if name == "random":
            return [Choice("Shuffle again", self._shuffled(), False)]
        falling, rising = _DIRECTIONS.get(name, ("Newest first", "Oldest first"))
        return [
            Choice(
                falling,
                self.query.querystring(sort=f"-{name}"),
                self.query.is_descending,
            ),
            Choice(rising, self.query.querystring(sort=name), not self.query.is_descending),
        ]

    @property
    def ratings(self) -> Iterator[Choice]:
        for rating in _RATINGS:
            is_current = self.query.rating == rating
            wanted = None if is_current else rating
            yield Choice(str(rating), self.query.querystring(rating=wanted), is_current)

    @property
    def switches(self) -> Iterator[Choice]:
        query = self.query
        unrated = query.rating == "none"
        yield Choice("Unrated", query.querystring(rating=None if unrated else "none"), unrated)
        yield Choice(
            "Favourites", query.querystring(favourite=not query.favourite), query.favourite
        )
        for value, label in (("hide", "Without NSFW"), ("only", "Only NSFW")):
            is_current = query.nsfw == value
            yield Choice(label, query.querystring(nsfw="" if is_current else value), is_current)
        yield Choice(
            "Also unavailable ones",
            query.querystring(unavailable=not query.unavailable),
            query.unavailable,
        )

    @property
    def stacks(self) -> Iterator[Choice]:
        for value, label in _STACKS.items():
            yield Choice(label, self.query.querystring(stacks=value), self.query.stacks == value)

    @property
    def is_filtered(self) -> bool:
        return bool(self.chips or self.query.q)

    @property
    def without_all(self) -> str:
        bare = ResultQuery(self.query.collection)
        return bare.querystring(sort=self.query.sort) if self._is_sorted else bare.querystring()

    @property
    def _is_sorted(self) -> bool:
        """In an order that another result can have too, by a person's choice."""
        query = self.query
        name = query.sort.removeprefix("-")
        own = {ALBUM_ORDER, BestMatch.name, "random"}
        return query.sort != query.default_sort and name not in own

    def _shuffled(self) -> str:
        seed = secrets.randbelow(BIGGEST_SEED) + 1
        return self.query.querystring(sort="random", seed=seed)


_STACKS = {
    "": "Every image",
    "versions": "One of each picture",
    "ideas": "One of each idea",
}
_DIRECTIONS = {
    BestMatch.name: ("Least alike first", "Best match first"),
    "album": ("Last first", "First first"),
    "name": ("Z to A", "A to Z"),
    "size": ("Largest first", "Smallest first"),
    "rating": ("Best first", "Lowest first"),
}
