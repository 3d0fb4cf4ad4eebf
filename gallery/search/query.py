"""What a result page shows, as its query string says it; this is the only reader of that string."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self
from urllib.parse import urlencode

from django.db.models import Q

from dtoolkit.core.errors import BadInput, NotFound
from gallery.models import Collection, Folder, Image
from gallery.querysets import ImageQuerySet
from gallery.search import cursors, fulltext, narrowing
from gallery.search.cursors import Place
from gallery.search.shuffle import Shuffle
from gallery.search.sorting import SORTS, Sort

DEFAULT_SORT = "-created"
SORT_TITLES = {sort.name: sort.title for sort in SORTS.values()} | {Shuffle.name: Shuffle.title}
_BIGGEST_ID = 2**63 - 1
BIGGEST_SEED = 2**31 - 1


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
    view: Literal["", "trash"] = ""
    unavailable: bool = False
    workflow: int | None = None
    made_with: int | None = None
    at: str = ""

    @classmethod
    def from_params(cls, params: Mapping[str, str], collection: Collection) -> Self:
        """Raises `BadInput` that says what was expected; unknown parameters are ignored."""
        sort = _sort(params.get("sort", ""))
        seed = _number(params, "seed", 0, BIGGEST_SEED) or 0
        query = cls(
            collection=collection,
            q=fulltext.clean(params.get("q", "")),
            sort=sort,
            seed=seed if sort.removeprefix("-") == Shuffle.name else 0,
            folder=_number(params, "folder", 1, _BIGGEST_ID),
            rating="none" if params.get("rating") == "none" else _number(params, "rating", 1, 10),
            favourite=_switch(params, "favourite"),
            nsfw=_choice(params, "nsfw", "hide", "only"),
            view=_choice(params, "view", "trash"),
            unavailable=_switch(params, "unavailable"),
            workflow=_number(params, "workflow", 1, _BIGGEST_ID),
            made_with=_number(params, "made_with", 1, _BIGGEST_ID),
            at=params.get("at", ""),
        )
        if query.at:
            query.place(query.at)
        return query

    def to_params(self) -> dict[str, str]:
        """The parameters that give this query again; those at their default are left out."""
        return {
            field.name: "1" if value is True else str(value)
            for field in dataclasses.fields(self)
            if field.name != "collection" and (value := getattr(self, field.name)) != field.default
        }

    def replace(self, **changes: Any) -> Self:
        """With `changes` to fields. Another list is another place: `at` goes unless given."""
        return dataclasses.replace(self, **{"at": "", **changes})

    def querystring(self, **changes: Any) -> str:
        """'?…' of this query with `changes` to fields, '?' where all is at its default."""
        return "?" + urlencode(self.replace(**changes).to_params() if changes else self.to_params())

    @cached_property
    def order(self) -> Sort | Shuffle:
        name = self.sort.removeprefix("-")
        return Shuffle(self.seed) if name == Shuffle.name else SORTS[name]

    @property
    def is_descending(self) -> bool:
        return self.sort.startswith("-")

    @property
    def is_filtered(self) -> bool:
        """Shows less (or more) than the whole visible collection."""
        return bool(self.replace(sort=DEFAULT_SORT, seed=0).to_params())

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
    def terms(self) -> tuple[fulltext.Term, ...]:
        return fulltext.parse(self.q)

    def images(self) -> ImageQuerySet:
        """The rows of this result, unordered."""
        images = Image.objects.in_collection(self.collection)
        images = images.filter(is_for_deletion=self.view == "trash")
        if not self.unavailable:
            images = images.available()
        if self._folder_ids is not None:
            images = images.filter(narrowing.any_of("folder_id", self._folder_ids))
        elif self.within:
            images = images.within(self.within)
        if self.workflow:
            images = images.filter(workflow=self.workflow)
        if self._made_with:
            images = images.filter(self._made_with.condition)
        if self.rating == "none":
            images = images.unrated()
        elif self.rating:
            images = images.rated(at_least=self.rating)
        if self.favourite:
            images = images.favourites()
        if self.nsfw == "hide":
            images = images.safe()
        elif self.nsfw == "only":
            images = images.nsfw()
        return self._matching(images) if fulltext.says_something(self.q) else images

    def _matching(self, images: ImageQuerySet) -> ImageQuerySet:
        if not self.terms:
            return images.none()
        if self._prompt_ids is not None:
            return images.filter(narrowing.any_of("prompt_id", self._prompt_ids))
        words = fulltext.compile_terms(self.terms)
        if all(term.is_excluded for term in self.terms):
            return images.filter(Q(prompt__isnull=True) | Q(prompt__words=words))
        return images.prompted(words)

    @cached_property
    def is_few(self) -> bool:
        """Known to be few images, so that gathering and sorting them beats walking an index."""
        if self._folder_ids is not None:
            return True
        if self.workflow and narrowing.has_few_images(self.workflow):
            return True
        if self._made_with and self._made_with.are_few:
            return True
        return self._prompt_ids is not None and narrowing.have_few_images(self._prompt_ids)

    @cached_property
    def _made_with(self) -> narrowing.MadeWith | None:
        return narrowing.MadeWith(self.made_with) if self.made_with else None

    @cached_property
    def _folder_ids(self) -> list[int] | None:
        """The folders that `folder` stands for, where they hold few images."""
        return narrowing.few_folders(self.within) if self.within else None

    @cached_property
    def _prompt_ids(self) -> list[int] | None:
        """The prompts that match `q`, where they are few enough to name."""
        if all(term.is_excluded for term in self.terms):
            return None
        return narrowing.few_prompts(fulltext.compile_terms(self.terms))


def _sort(value: str) -> str:
    if not value:
        return DEFAULT_SORT
    if value.removeprefix("-") in SORT_TITLES:
        return value
    raise BadInput(f"Sort by one of {', '.join(SORT_TITLES)}, with a leading - for descending.")


def _number(params: Mapping[str, str], name: str, low: int, high: int) -> int | None:
    value = params.get(name, "")
    if not value:
        return None
    if value.isascii() and value.isdigit() and len(value) < 20 and low <= int(value) <= high:
        return int(value)
    raise BadInput(f"{name} must be a whole number from {low} to {high}.")


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
