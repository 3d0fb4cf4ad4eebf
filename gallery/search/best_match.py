"""The order of a ranking: places are (rank, id), wherever in it a person stands."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from gallery.models import Image
from gallery.querysets import ImageQuerySet
from gallery.search.cursors import Kind, Place, Real


@dataclass(frozen=True)
class BestMatch:
    """Of `ids`, which are few. A place keeps its image where the ranking has changed meanwhile."""

    ids: tuple[int, ...]

    name: ClassVar[str] = "match"
    title: ClassVar[str] = "Best match"
    kind: ClassVar[Kind] = Real()
    column: ClassVar[str] = ""

    def place_of(self, image: Image) -> Place:
        """Without a rank where it is not in the ranking."""
        return Place(self._ranks.get(image.pk), image.pk)

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
        """As `Sort.walk`."""
        there = set(images.order_by().values_list("pk", flat=True))
        ranked = [Place(rank, pk) for rank, pk in enumerate(self.ids) if pk in there]
        if start is not None:
            here = self._rank_at(start)
            ranked = [
                place
                for place in ranked
                if (place.value < here if is_falling else place.value > here)
                or (is_inclusive and place.value == here)
            ]
        return (ranked[::-1] if is_falling else ranked)[:limit]

    def _rank_at(self, place: Place) -> float:
        rank = self._ranks.get(place.pk, place.value)
        return len(self.ids) if rank is None else rank

    @cached_property
    def _ranks(self) -> dict[int, int]:
        return {pk: rank for rank, pk in enumerate(self.ids)}
