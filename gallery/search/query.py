"""What a result page shows, as its query string says it; this is the only reader of that string."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self
from urllib.parse import urlencode

from django.db.models import Q

from dtoolkit.core.errors import BadInput, NotFound
from gallery.models import Album, Collection, Folder, Image, Selection
from gallery.querysets import ImageQuerySet
from gallery.search import (
    compiling,
    cursors,
    fulltext,
    joined_orders,
    language,
    params,
    rankings,
    scopes,
    stacks,
)
from gallery.search.best_match import BestMatch
from gallery.search.conditions import NEVER, All, Condition, Few, Indexed, Plain, any_of, plan
from gallery.search.cursors import Place
from gallery.search.keywords import registry
from gallery.search.shuffle import Shuffle
from gallery.search.sorting import SORTS, Sort
from gallery.search.stacks import Level

DEFAULT_SORT = "-created"
_ORDERS = {**SORTS, joined_orders.VIEWED.name: joined_orders.VIEWED}
ALBUM_ORDER = "album"
_RANKING = {"spaces", "floors", "fusion", "ungrouped", "nearest"}
SORT_TITLES = {sort.name: sort.title for sort in _ORDERS.values()} | {Shuffle.name: Shuffle.title}
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
    # How to rank; of no meaning where nothing in `q` ranks.
    spaces: str = ""
    floors: str = ""
    fusion: Literal["", "rank"] = ""
    ungrouped: bool = False
    nearest: bool = False
    # Each stack is one image: the best that the result has of it.
    stacks: Level = ""
    at: str = ""
    # The smart albums and selections that this is the content of.
    _opened: frozenset[int | str] = frozenset()

    @classmethod
    def from_params(cls, given: Mapping[str, str], collection: Collection) -> Self:
        """Raises `BadInput` that says what was expected; unknown parameters are ignored."""
        sort = _sort(given.get("sort", ""))
        album = params.number(given, "album", 1, params.BIGGEST_ID)
        if sort.removeprefix("-") == ALBUM_ORDER and album is None:
            sort = ""
        seed = params.number(given, "seed", 0, BIGGEST_SEED) or 0
        query = cls(
            collection=collection,
            q=params.text(given, "q"),
            sort=sort,
            seed=seed if sort.removeprefix("-") == Shuffle.name else 0,
            folder=params.number(given, "folder", 1, params.BIGGEST_ID),
            rating="none"
            if given.get("rating") == "none"
            else params.number(given, "rating", 1, 10),
            favourite=params.switch(given, "favourite"),
            nsfw=params.choice(given, "nsfw", "hide", "only"),
            view=params.choice(given, "view", "trash", "recent"),
            unavailable=params.switch(given, "unavailable"),
            workflow=params.number(given, "workflow", 1, params.BIGGEST_ID),
            made_with=params.number(given, "made_with", 1, params.BIGGEST_ID),
            album=album,
            prompt=params.number(given, "prompt", 1, params.BIGGEST_ID),
            negative_prompt=params.number(given, "negative_prompt", 1, params.BIGGEST_ID),
            resource=params.number(given, "resource", 1, params.BIGGEST_ID),
            selection=params.token(given, "selection"),
            spaces=params.numbers(given, "spaces"),
            floors=params.numbers(given, "floors"),
            fusion=params.choice(given, "fusion", "rank"),
            ungrouped=params.switch(given, "ungrouped"),
            nearest=params.switch(given, "nearest"),
            stacks=params.choice(given, "stacks", *stacks.COLUMNS),
            at=given.get("at", ""),
        )
        if sort.removeprefix("-") == BestMatch.name and not query.is_ranked:
            sort = ""
        query = query.replace(sort=sort or query.default_sort, at=query.at)
        if query.at:
            query.place(query.at)
        _ = query.tree
        return query

    def to_params(self) -> dict[str, str]:
        """The parameters that give this query again; those at their default are left out."""
        defaults = {field.name: field.default for field in dataclasses.fields(self)}
        defaults["sort"] = self.default_sort
        left_out = {"collection", "_opened"} | (set() if self.is_ranked else _RANKING)
        return {
            name: "1" if value is True else str(value)
            for name, default in defaults.items()
            if name not in left_out and (value := getattr(self, name)) != default
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
        """The best match, an album's own order, what was looked at last first, else the newest."""
        if self.is_ranked:
            return BestMatch.name
        if self.album:
            return ALBUM_ORDER
        return f"-{joined_orders.VIEWED.name}" if self.view == "recent" else DEFAULT_SORT

    @cached_property
    def order(self) -> Sort | Shuffle | BestMatch:
        name = self.sort.removeprefix("-")
        if name == BestMatch.name:
            return BestMatch(self.ranked.ids if self.ranked else ())
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
        return stacks.best_of(self.uncollapsed(), self.stacks)

    def uncollapsed(self) -> ImageQuerySet:
        """With all images of each stack."""
        return self._those(self.condition, self._few)

    def _candidates(self) -> ImageQuerySet:
        """What is ranked: the rows that all other conditions leave."""
        filters = All(tuple(self._conditions()))
        return self._those(filters, plan(filters))

    def _those(self, condition: Condition, few: Few | None) -> ImageQuerySet:
        images = Image.objects.in_collection(self.collection)
        is_listed = self.chosen is not None and not self.chosen.is_all
        if not is_listed and not self._mentions("deletion"):
            images = images.filter(is_for_deletion=self._shows_trash)
        if not self._mentions("unavailable") and not self._shows_unavailable:
            images = images.available()
        if few is not None:
            return images.filter(few.clause & few.rest)
        return images.filter(condition.where())

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
        ranked = (Indexed(any_of("id", self.ranked.ids)),) if self.ranked else ()
        return All((*ranked, *self._conditions()))

    @cached_property
    def _parts(self) -> tuple[tuple[rankings.Term, ...], language.Node]:
        return rankings.split(self.tree)

    @property
    def is_ranked(self) -> bool:
        """Something in `q` puts the result in an order of its own."""
        try:
            return rankings.may_rank(self.q) and bool(self._parts[0])
        except BadQuery:
            return False

    @cached_property
    def ranked(self) -> rankings.Ranked | None:
        """Raises `Unrankable`, `BadQuery`."""
        if not self.is_ranked:
            return None
        wish = rankings.Wish(
            spaces=params.named_numbers(self.spaces, "spaces"),
            floors=params.named_numbers(self.floors, "floors"),
            fusion=self.fusion,
            is_grouped=not self.ungrouped,
            takes_any=self.nearest,
        )
        same = self.replace(sort=self.default_sort, seed=0).to_params()
        key = urlencode({"collection": self.collection.pk, **same})
        terms, _ = self._parts
        asked = rankings.Asked(
            self.collection, terms, wish, key, self._candidates, self._with_terms
        )
        try:
            return rankings.rank(asked)
        except language.QueryError as error:
            raise BadQuery(error, self.q) from error

    def _with_terms(self, terms: Sequence[rankings.Term]) -> str:
        rest = language.source(self._parts[1], self.q)
        texts = [rest, *(term.source for term in terms)]
        return self.querystring(q=language.joined(texts, registry.vocabulary()))

    def _conditions(self) -> Iterator[Condition]:
        if self.within:
            yield scopes.Within(self.within)
        if self.chosen:
            whole = self.chosen_from
            yield from scopes.selected(self.chosen, whole.condition if whole else None)
            if whole and whole.stacks:
                yield Plain(stacks.is_best(whole.uncollapsed(), whole.stacks))
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
            said = self._said
            if said is not None or not self.is_ranked:
                yield said or NEVER

    @property
    def _said(self) -> Condition | None:
        context = registry.context(self.collection, self._open)
        try:
            return compiling.condition(self._parts[1], context)
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
        return bool(self.stacks or self.condition.where())

    @cached_property
    def _few(self) -> Few | None:
        return plan(self.condition)


def _sort(value: str) -> str:
    if not value or value.removeprefix("-") in {*SORT_TITLES, ALBUM_ORDER, BestMatch.name}:
        return value
    raise BadInput(f"Sort by one of {', '.join(SORT_TITLES)}, with a leading - for descending.")
