"""Which of several vanished rows is which of several arrivals that hold the same: pure."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from gallery.scanning.moves.candidates import Place

Pair = tuple[Place, Place]
_FEW_PAIRS = 20_000


def pair(old: Sequence[Place], new: Sequence[Place]) -> list[Pair]:
    """One to one, the old first: same name before others, then the most alike folders.

    The same whatever order they come in.
    """
    found: list[Pair] = []
    for name in sorted({place.name for place in old} & {place.name for place in new}):
        found += _pair_alike(
            [place for place in old if place.name == name],
            [place for place in new if place.name == name],
        )
    taken = {place.id for each in found for place in each}
    found += _pair_alike(
        [place for place in old if place.id not in taken],
        [place for place in new if place.id not in taken],
    )
    return found


def closed(pairs: Iterable[Pair], displaced: Iterable[int]) -> list[Pair]:
    """Without the pairs whose old row is among `displaced` while nothing known took its path.

    Its path holds a content that is new: it is that image still, in a new version.
    """
    kept, displaced = list(pairs), set(displaced)
    while True:
        taken = {new.id for _, new in kept}
        left = [each for each in kept if each[0].id not in displaced or each[0].id in taken]
        if len(left) == len(kept):
            return kept
        kept = left


def _pair_alike(old: Sequence[Place], new: Sequence[Place]) -> list[Pair]:
    if len(old) * len(new) > _FEW_PAIRS:
        # As in a renamed tree of thousands of equal files: by the ends of their paths.
        pairs = zip(sorted(old, key=_from_the_end), sorted(new, key=_from_the_end), strict=False)
        return list(pairs)
    ranked = sorted(
        ((-_likeness(a.folder, b.folder), _key(a), _key(b), a, b) for a in old for b in new),
        key=lambda each: each[:3],
    )
    taken: set[int] = set()
    found = []
    for *_, a, b in ranked:
        if a.id not in taken and b.id not in taken:
            taken |= {a.id, b.id}
            found.append((a, b))
    return found


def _likeness(one: str, other: str) -> int:
    """How many folders they share, counted from the top and from the end."""
    a, b = one.split("/"), other.split("/")
    return _shared(a, b) + _shared(a[::-1], b[::-1])


def _shared(a: list[str], b: list[str]) -> int:
    for count, (x, y) in enumerate(zip_longest(a, b)):
        if x != y:
            return count
    return len(a)


def _key(place: Place) -> tuple[str, int]:
    return place.path, place.id


def _from_the_end(place: Place) -> tuple[list[str], int]:
    return place.path.split("/")[::-1], place.id
