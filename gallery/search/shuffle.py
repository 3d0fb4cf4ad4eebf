"""Random order without sorting: a seeded permutation of the ids, walked by looking ids up.

The permutation mixes the bits of a number invertibly (xor-shift and odd multiplication, as in the
finaliser of MurmurHash3), so the image at a position and the position of an image both cost a few
integer operations, and a page deep in a million images costs what the first one does.
"""

import random
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from django.db.models import Max

from gallery.models import Image
from gallery.querysets import ImageQuerySet
from gallery.search.conditions import FEW_IMAGES
from gallery.search.cursors import Kind, Nothing, Place
from gallery.search.estimates import planned_rows

_ROUNDS = 3
_PROBED_AT_ONCE = 4  # times as many as wanted
_MOST_PROBED = 4096


class Permutation:
    """Of the numbers below 2**bits."""

    def __init__(self, seed: int, bits: int) -> None:
        self.size = 1 << bits
        self._shift = (bits + 1) // 2  # at least half, so that a second xor-shift undoes the first
        source = random.Random(f"{seed}/{bits}")  # noqa: S311 - an order, not a secret
        factors = [source.getrandbits(bits) | 1 for _ in range(_ROUNDS)]
        offsets = [source.getrandbits(bits) for _ in range(_ROUNDS)]
        self._steps = list(zip(factors, offsets, strict=True))
        self._steps_back = [(pow(f, -1, self.size), o) for f, o in reversed(self._steps)]

    def number_at(self, position: int) -> int:
        number = position
        for factor, offset in self._steps:
            number = ((number ^ (number >> self._shift)) * factor + offset) % self.size
        return number ^ (number >> self._shift)

    def position_of(self, number: int) -> int:
        position = number ^ (number >> self._shift)
        for inverse, offset in self._steps_back:
            position = ((position - offset) * inverse) % self.size
            position ^= position >> self._shift
        return position


@dataclass(frozen=True)
class Shuffle:
    """The order of `sort=random`. A place is an id, and new images fall in anywhere."""

    seed: int

    name: ClassVar[str] = "random"
    title: ClassVar[str] = "Random"
    kind: ClassVar[Kind] = Nothing()
    column: ClassVar[str] = ""

    def place_of(self, image: Image) -> Place:
        return Place(None, image.pk)

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
        """As `Sort.walk`; where the result is sparse among all ids it is fetched whole."""
        step = -1 if is_falling else 1
        if is_few or planned_rows(images) <= FEW_IMAGES:
            return self._sorted(images, start, is_inclusive, step)[:limit]
        position = self._first_position(start, is_inclusive, step)
        found: list[int] = []
        probed, many = 0, max(16, limit * _PROBED_AT_ONCE)
        while len(found) < limit and 0 <= position < self._permutation.size:
            if probed >= _MOST_PROBED:
                return self._sorted(images, start, is_inclusive, step)[:limit]
            end = max(-1, min(position + many * step, self._permutation.size))
            wanted = [self._permutation.number_at(p) for p in range(position, end, step)]
            there = set(images.filter(pk__in=wanted).values_list("pk", flat=True))
            found += [pk for pk in wanted if pk in there]
            position, probed, many = end, probed + many, many * 2
        return [Place(None, pk) for pk in found[:limit]]

    def _sorted(
        self, images: ImageQuerySet, start: Place | None, is_inclusive: bool, step: int
    ) -> list[Place]:
        """All places from `start` on, which are few."""
        first = self._first_position(start, is_inclusive, step)
        by_position = {
            self._permutation.position_of(pk): pk for pk in images.values_list("pk", flat=True)
        }
        positions = sorted(by_position, reverse=step < 0)
        return [Place(None, by_position[p]) for p in positions if (p - first) * step >= 0]

    def _first_position(self, start: Place | None, is_inclusive: bool, step: int) -> int:
        if start is None:
            return 0 if step > 0 else self._permutation.size - 1
        position = self._permutation.position_of(start.pk % self._permutation.size)
        return position if is_inclusive else position + step

    @cached_property
    def _permutation(self) -> Permutation:
        """Over the ids there are; it changes only when their number doubles."""
        highest = Image.objects.aggregate(highest=Max("pk"))["highest"] or 1
        return Permutation(self.seed, max(2, highest.bit_length()))
