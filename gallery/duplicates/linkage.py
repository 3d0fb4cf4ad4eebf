"""From links between two images to groups: each image within the limit of the one to be kept.

Not by transitive closure, which would chain a whole library together through pictures that are each
a little like the next: whoever is nobody's duplicate yet keeps its place and takes all that are
linked to it, the best image first (the star cover that comes first in order of rank).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Ranks = npt.NDArray[np.int64]
Distances = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Links:
    """Row n: image `worse[n]` is `distances[n]` from `better[n]`, which has the lower rank.
    `unread` counts images that could not be looked at."""

    worse: Ranks
    better: Ranks
    distances: Distances
    unread: int = 0

    @classmethod
    def of(cls, a: Ranks, b: Ranks, distances: Distances) -> "Links":
        """Whichever of the two is better."""
        return cls(np.maximum(a, b), np.minimum(a, b), distances)

    @classmethod
    def none(cls) -> "Links":
        nobody = np.zeros(0, np.int64)
        return cls(nobody, nobody, np.zeros(0, np.float32))

    @classmethod
    def joined(cls, parts: "Sequence[Links]") -> "Links":
        return cls(
            np.concatenate([part.worse for part in parts]),
            np.concatenate([part.better for part in parts]),
            np.concatenate([part.distances for part in parts]),
        )

    def sorted(self) -> Iterator[tuple[int, int, float]]:
        """The best of each first."""
        order = np.lexsort((self.better, self.worse))
        columns = (self.worse, self.better, self.distances)
        return zip(*(column[order].tolist() for column in columns), strict=True)


@dataclass(slots=True)
class Found:
    """Ranks, and of each but the keeper how far it is from it."""

    keeper: int
    others: list[int] = field(default_factory=list)
    distances: list[float] = field(default_factory=list)


def groups(links: Links, said: Mapping[int, frozenset[int]]) -> list[Found]:
    """`said` has of a rank the groups that a person said are no duplicates: no two images that one
    of them holds come together again."""
    found: dict[int, Found] = {}
    apart: dict[int, set[int]] = {}
    taken: set[int] = set()
    for worse, better, distance in links.sorted():
        if worse in taken or better in taken:
            continue
        if mine := said.get(worse):
            theirs = apart.setdefault(better, set(said.get(better, ())))
            if mine & theirs:
                continue
            theirs |= mine
        group = found.setdefault(better, Found(better))
        group.others.append(worse)
        group.distances.append(distance)
        taken.add(worse)
    return list(found.values())
