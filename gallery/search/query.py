"""What a result page shows, as its query string says it; this is the only reader of that string."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q

from dtoolkit.core.errors import BadInput, NotFound
from gallery.models import Album, Collection, Folder, Image, Selection
from gallery.querysets import ImageQuerySet
from gallery.search import compiling, cursors, fulltext, joined_orders, language, scopes
from gallery.search.conditions import NEVER, All, Condition, Few, Plain, plan
from gallery.search.cursors import Place
from gallery.search.keywords import registry
from gallery.search.shuffle import Shuffle
from gallery.search.sorting import SORTS, Sort

DEFAULT_SORT = "-created"
_ORDERS = {**SORTS, joined_orders.VIEWED.name: joined_orders.VIEWED}
ALBUM_ORDER = "album"
SORT_TITLES = {sort.name: sort.title for sort in _ORDERS.values()} | {Shuffle.name: Shuffle.title}
_BIGGEST_ID = 2**63 - 1
BIGGEST_SEED = 2**31 - 1


class BadQuery(BadInput):
    """The text of the search cannot be understood: `text`, and the part of it that is wrong."""

    code = "bad_query"

    def __init__(self, error: language.QueryError, text: str) -> None:
        super().__init__(error.message, start=error.span.start, end=error.span.end, q=text)
        self.text = text
        self.span = error.span


@dataclass(frozen=True)
class ResultQuery:
    """One result: a collection, filters, an order. Fields are named as their parameters.

    `sort` has a leading '-' where descending; `at` is the cursor of the first visible image.
    """

    collection: Collection
    q: str = ""
    sort: str = DEFAULT_SORT
    seed: int = 0
    folder: int | None = None
    rating: int | Literal["none"] | None = None
    favourite: bool = False
    nsfw: Literal["", "hide", "only"] = ""
    view: Literal["", "trash", "recent"] = ""
    unavailable: bool = False
    workflow: int | None = None
    made_with: int | None = None
    album: int | None = None
    prompt: int | None = None
    negative_prompt: int | None = None
    resource: int | None = None
    selection: str = ""
    at: str = ""
    # The smart albums and selections that this is the content of.
    _opened: frozenset[int | str] = frozenset()

    @classmethod
    def from_params(cls, params: Mapping[str, str], collection: Collection) -> Self:
        """Raises `BadInput` that says what was expected; unknown parameters are ignored."""
        sort = _sort(params.get("sort", ""))
        album = _number(params, "album", 1, _BIGGEST_ID)
        if sort.removeprefix("-") == ALBUM_ORDER and album is None:
            sort = ""
        seed = _number(params, "seed", 0, BIGGEST_SEED) or 0
        query = cls(
            collection=collection,
            q=_text(params, "q"),
            sort=sort,
            seed=seed if sort.removeprefix("-") == Shuffle.name else 0,
            folder=_number(params, "folder", 1, _BIGGEST_ID),
            rating="none" if params.get("rating") == "none" else _number(params, "rating", 1, 10),
            favourite=_switch(params, "favourite"),
            nsfw=_choice(params, "nsfw", "hide", "only"),
            view=_choice(params, "view", "trash", "recent"),
            unavailable=_switch(params, "unavailable"),
            workflow=_number(params, "workflow", 1, _BIGGEST_ID),
            made_with=_number(params, "made_with", 1, _BIGGEST_ID),
            album=album,
            prompt=_number(params, "prompt", 1, _BIGGEST_ID),
            negative_prompt=_number(params, "negative_prompt", 1, _BIGGEST_ID),
            resource=_number(params, "resource", 1, _BIGGEST_ID),
            selection=_token(params, "selection"),
            at=params.get("at", ""),
        )
        query = query.replace(sort=sort or query.default_sort, at=query.at)
        if query.at:
            query.place(query.at)
        _ = query.tree
        return query

    def to_params(self) -> dict[str, str]:
        """The parameters that give this query again; those at their default are left out."""
        defaults = {field.name: field.default for field in dataclasses.fields(self)}
        defaults["sort"] = self.default_sort
        return {
            name: "1" if value is True else str(value)
            for name, default in defaults.items()
            if name not in {"collection", "_opened"} and (value := getattr(self, name)) != default
        }

    def replace(self, **changes: Any) -> Self:
        """With `changes` to fields. Another list is another place: `at` goes unless given."""
        changed = dataclasses.replace(self, **{"at": "", **changes})
        if "sort" in changes or self.sort != self.default_sort:
            return changed
        return dataclasses.replace(changed, sort=changed.default_sort)

    def querystring(self, **changes: Any) -> str:
        """'?…' of this query with `changes` to fields, '?' where all is at its default."""
        return "?" + urlencode(self.replace(**changes).to_params() if changes else self.to_params())

    @property
    def default_sort(self) -> str:
        """An album's own order, what was looked at last first, else the newest first."""
        if self.album:
            return ALBUM_ORDER
        return f"-{joined_orders.VIEWED.name}" if self.view == "recent" else DEFAULT_SORT

    @cached_property
    def order(self) -> Sort | Shuffle:
        name = self.sort.removeprefix("-")
        if name == Shuffle.name:
            return Shuffle(self.seed)
        if name != ALBUM_ORDER:
            return _ORDERS[name]
        return self.stored.order if self.stored else joined_orders.of_album(self.album or 0)

    @cached_property
    def is_descending(self) -> bool:
        is_falling = self.sort.startswith("-")
        if self.stored and self.sort.removeprefix("-") == ALBUM_ORDER:
            return is_falling != self.stored.is_descending
        return is_falling

    @property
    def is_filtered(self) -> bool:
        """Shows less (or more) than the whole visible collection."""
        return bool(self.replace(sort=self.default_sort, seed=0).to_params())

    def place(self, cursor: str) -> Place:
        """Where `cursor` stands in this order. Raises `BadInput`."""
        return cursors.decode(cursor, self.order.kind)

    def cursor(self, place: Place) -> str:
        return cursors.encode(place, self.order.kind)

    @cached_property
    def within(self) -> Folder | None:
        """The folder that `folder` names. Raises `NotFound`."""
        if self.folder is None:
            return None
        folder = (
            Folder.objects.filter(pk=self.folder, root__collection=self.collection)
            .select_related("root")
            .first()
        )
        if folder is None:
            raise NotFound("That folder is no longer in this collection. Choose another one.")
        return folder

    @cached_property
    def shelf(self) -> Album | None:
        """The album that `album` names. Raises `NotFound`."""
        if self.album is None:
            return None
        album = Album.objects.filter(pk=self.album, collection=self.collection).first()
        if album is None:
            raise NotFound("That album is no longer in this collection. Choose another one.")
        return album

    @cached_property
    def stored(self) -> Self | None:
        """What a smart album holds, and in which order."""
        if self.shelf is None or not self.shelf.is_smart:
            return None
        params = {str(name): str(value) for name, value in self.shelf.params.items()}
        query = type(self).from_params({**params, "at": ""}, self.collection)
        opened = self._opened | {self.shelf.pk}
        if query.album in opened:
            query = query.replace(album=None)
        return query.replace(_opened=opened)

    @cached_property
    def chosen(self) -> Selection | None:
        """The selection that `selection` names. Raises `NotFound`."""
        if not self.selection:
            return None
        known = Selection.objects.filter(token=self.selection, collection=self.collection)
        chosen = known.first()
        if chosen is None:
            raise NotFound("That selection is gone. Select the images again.")
        return chosen

    @cached_property
    def chosen_from(self) -> Self | None:
        """The result that was selected as a whole."""
        if self.chosen is None or not self.chosen.is_all:
            return None
        params = {str(name): str(value) for name, value in self.chosen.params.items()}
        query = type(self).from_params({**params, "at": ""}, self.collection)
        opened = self._opened | {self.selection}
        if query.selection in opened:
            query = query.replace(selection="")
        return query.replace(_opened=opened)

    def images(self) -> ImageQuerySet:
        """The rows of this result, unordered."""
        images = Image.objects.in_collection(self.collection)
        is_listed = self.chosen is not None and not self.chosen.is_all
        if not is_listed and not self._mentions("deletion"):
            images = images.filter(is_for_deletion=self._shows_trash)
        if not self._mentions("unavailable") and not self._shows_unavailable:
            images = images.available()
        if self._few is not None:
            return images.filter(self._few.clause & self._few.rest)
        return images.filter(self.condition.where())

    @cached_property
    def tree(self) -> language.Node:
        """What `q` says. Raises `BadQuery`."""
        try:
            return language.parse(self.q, registry.vocabulary())
        except language.QueryError as error:
            raise BadQuery(error, self.q) from error

    @cached_property
    def keywords(self) -> frozenset[str]:
        """The names that `q` uses; what some say goes before the page's own toggles."""
        used = list(language.fields(self.tree))
        asked = [field for field in used if field.name in {"has", "no"}]
        named = {value.content for field in asked for value in field.values}
        return frozenset(named | {field.name for field in used})

    def narrowed(self, term: str) -> Self:
        """With one more term; unchanged where it has it already."""
        texts = [self.q, term]
        return (
            self
            if term in self.q.split()
            else self.replace(q=language.joined(texts, registry.vocabulary())[: fulltext.MAX_CHARS])
        )

    def _mentions(self, keyword: str) -> bool:
        within = (self.stored, self.chosen_from)
        return keyword in self.keywords or any(
            query is not None and query._mentions(keyword) for query in within
        )

    @property
    def _shows_trash(self) -> bool:
        within = (self.stored, self.chosen_from)
        return self.view == "trash" or any(
            query is not None and query._shows_trash for query in within
        )

    @property
    def _shows_unavailable(self) -> bool:
        if self.unavailable or (self.chosen is not None and not self.chosen.is_all):
            return True
        within = (self.stored, self.chosen_from)
        return any(query is not None and query._shows_unavailable for query in within)

    @cached_property
    def condition(self) -> Condition:
        """What an image must be like, besides being in the collection and not hidden."""
        return All(tuple(self._conditions()))

    def _conditions(self) -> Iterator[Condition]:
        if self.within:
            yield scopes.Within(self.within)
        if self.chosen:
            yield from scopes.selected(
                self.chosen, self.chosen_from.condition if self.chosen_from else None
            )
        if self.shelf:
            yield self.stored.condition if self.stored else scopes.in_album(self.shelf.pk)
        for value, scope in (
            (self.workflow, scopes.of_workflow),
            (self.made_with, scopes.made_with),
            (self.prompt, scopes.of_prompt),
            (self.negative_prompt, scopes.of_negative_prompt),
            (self.resource, scopes.of_resource),
        ):
            if value:
                yield scope(value)
        if self.view == "recent":
            yield scopes.viewed()
        if self.rating == "none":
            yield Plain(Q(rating=None))
        elif self.rating:
            yield Plain(Q(rating__gte=self.rating))
        if self.favourite:
            yield Plain(Q(is_favourite=True))
        if self.nsfw and not self._mentions("nsfw"):
            yield Plain(Q(is_nsfw=self.nsfw == "only"))
        if fulltext.says_something(self.q):
            yield self._said or NEVER

    @property
    def _said(self) -> Condition | None:
        context = registry.context(self.collection, self._open)
        try:
            return compiling.condition(self.tree, context)
        except language.QueryError as error:
            raise BadQuery(error, self.q) from error

    def _open(self, album: Album) -> Condition:
        """What a smart album that `q` names holds; one that names itself holds nothing."""
        if album.pk in self._opened:
            return NEVER
        shelf = type(self)(self.collection, album=album.pk, _opened=self._opened)
        return shelf.stored.condition if shelf.stored else NEVER

    @property
    def is_few(self) -> bool:
        """Known to be few images, so that gathering and sorting them beats walking an index."""
        return self._few is not None

    @property
    def may_be_thin(self) -> bool:
        """So few of the rows that an order walks may match that the walk must be limited."""
        return bool(self.condition.where())

    @cached_property
    def _few(self) -> Few | None:
        return plan(self.condition)


def _sort(value: str) -> str:
    if not value or value.removeprefix("-") in {*SORT_TITLES, ALBUM_ORDER}:
        return value
    raise BadInput(f"Sort by one of {', '.join(SORT_TITLES)}, with a leading - for descending.")


def _text(params: Mapping[str, str], name: str) -> str:
    """All that the query string gives under `name`, chips and what is being typed, as one text."""
    several = getattr(params, "getlist", None)
    if several is None:
        return fulltext.clean(params.get(name, ""))
    texts = [fulltext.clean(text) for text in several(name)]
    return language.joined(texts, registry.vocabulary())[: fulltext.MAX_CHARS]


def _number(params: Mapping[str, str], name: str, low: int, high: int) -> int | None:
    value = params.get(name, "")
    if not value:
        return None
    if value.isascii() and value.isdigit() and len(value) < 20 and low <= int(value) <= high:
        return int(value)
    raise BadInput(f"{name} must be a whole number from {low} to {high}.")


def _token(params: Mapping[str, str], name: str) -> str:
    try:
        return str(UUID(params[name])) if params.get(name) else ""
    except ValueError:
        raise BadInput(f"{name} must be the token of a selection.") from None


def _switch(params: Mapping[str, str], name: str) -> bool:
    value = params.get(name, "")
    if value in {"", "0", "1"}:
        return value == "1"
    raise BadInput(f"{name} must be 1 or left out.")


def _choice(params: Mapping[str, str], name: str, *choices: str) -> Any:
    value = params.get(name, "")
    if value in {"", *choices}:
        return value
    raise BadInput(f"{name} must be {' or '.join(choices)}, or left out.")
