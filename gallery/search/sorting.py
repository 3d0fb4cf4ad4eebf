"""The orders of a result. Each walks an index that ends in the id, so that no page sorts."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Field, Func, OrderBy, Q
from django.db.models.fields.tuple_lookups import (
    Tuple,
    TupleGreaterThan,
    TupleGreaterThanOrEqual,
    TupleLessThan,
    TupleLessThanOrEqual,
)

from gallery.models import Image
from gallery.querysets import ImageQuerySet
from gallery.search.cursors import Integer, Kind, Moment, Nothing, Place, Rating, Text

_BEYOND = {
    # (is_falling, is_inclusive)
    (False, False): TupleGreaterThan,
    (False, True): TupleGreaterThanOrEqual,
    (True, False): TupleLessThan,
    (True, True): TupleLessThanOrEqual,
}


class _Row(Func):
    function = "ROW"
    output_field = Field()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows that one index range gives in order; `columns` end in the id."""

    columns: tuple[str, ...]
    condition: Q = field(default_factory=Q)

    def ordering(self, is_falling: bool, is_few: bool) -> list[OrderBy]:
        """As a row where few: the same order, but one that no index gives."""
        columns = [F(column) for column in self.columns]
        if is_few:
            return [OrderBy(_Row(*columns), descending=is_falling)]
        return [OrderBy(column, descending=is_falling) for column in columns]

    def values_of(self, place: Place) -> tuple[Any, ...]:
        return tuple(place)[-len(self.columns) :]


@dataclass(frozen=True)
class Sort:
    """By one column and then by id; rows without a value come last in both directions."""

    name: str
    title: str
    kind: Kind
    column: str
    stretches: tuple[Stretch, ...]

    def prepared(self, images: ImageQuerySet) -> ImageQuerySet:
        """`images` with all that the stretches name."""
        return images

    def place_of(self, image: Image) -> Place:
        return Place(getattr(image, self.column) if self.column else None, image.pk)

    def walk(
        self,
        images: ImageQuerySet,
        *,
        start: Place | None,
        is_inclusive: bool,
        is_falling: bool,
        is_backwards: bool,
        is_few: bool,
        limit: int,
    ) -> list[Place]:
        """Up to `limit` places beyond `start` (from it on where inclusive), in walking order.

        Where `images` are few they are gathered and sorted, else the sort's index is walked.
        """
        images = self.prepared(images)
        stretches = self.stretches[::-1] if is_backwards else self.stretches
        if start is not None:
            here = self._stretch_of(start)
            stretches = stretches[stretches.index(here) :]
        places: list[Place] = []
        for stretch in stretches:
            rows = images.filter(stretch.condition)
            if start is not None and stretch is here:
                beyond = _BEYOND[is_falling, is_inclusive]
                rows = rows.filter(
                    beyond(Tuple(*map(F, stretch.columns)), stretch.values_of(start))
                )
            rows = rows.order_by(*stretch.ordering(is_falling, is_few))
            found = rows.values_list(*stretch.columns)[: limit - len(places)]
            places += [Place(row[0] if len(row) > 1 else None, row[-1]) for row in found]
            if len(places) >= limit:
                break
        return places

    def _stretch_of(self, place: Place) -> Stretch:
        return self.stretches[-1 if place.value is None else 0]


def _by(name: str, title: str, column: str, kind: Kind) -> Sort:
    return Sort(name, title, kind, column, (Stretch((column, "id")),))


SORTS = {
    sort.name: sort
    for sort in (
        _by("created", "Created", "created_at", Moment()),
        _by("modified", "Modified", "modified_at", Moment()),
        Sort("first_seen", "First seen", Nothing(), "", (Stretch(("id",)),)),
        _by("name", "Name", "name", Text()),
        _by("size", "Size", "size", Integer()),
        Sort(
            "rating",
            "Rating",
            Rating(),
            "rating",
            (
                Stretch(("rating", "id"), Q(rating__isnull=False)),
                Stretch(("id",), Q(rating__isnull=True)),
            ),
        ),
    )
}
