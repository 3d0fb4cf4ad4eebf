"""One score from the similarities in several spaces.

The sum takes each similarity as its distance from what is usual in its space, in units of how much
is usual there; an image without a vector counts as usual. Reciprocal rank is Cormack, Clarke and
Büttcher's (SIGIR 2009) with their constant.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from embeddings.search.asking import Fusion
from embeddings.search.backgrounds import Background
from embeddings.search.binary import Ids, Reals
from embeddings.search.directions import Direction
from embeddings.search.similarities import Similarities

RANK_CONSTANT = 60


def scores(
    directions: Sequence[Direction],
    found: Mapping[str, Similarities],
    backgrounds: Mapping[str, Background],
) -> Reals:
    """Weighted means over the spaces: 0 is usual, 1 is one lower spread above it."""
    total = sum(abs(direction.weight) for direction in directions)
    score = np.zeros(len(found[directions[0].space.name].aimed), dtype=np.float64)
    for direction in directions:
        usual = backgrounds[direction.space.name]
        above = (found[direction.space.name].aimed - usual.middle) / usual.spread
        score += direction.weight * np.nan_to_num(above, nan=0.0)
    return np.asarray(score / total, dtype=np.float32)


def sort_key(
    directions: Sequence[Direction], found: Mapping[str, Similarities], fusion: Fusion, score: Reals
) -> Reals:
    """What is sorted by: `score` itself, or the sum of weighted reciprocal ranks."""
    if fusion == "sum":
        return score
    total = np.zeros(len(score), dtype=np.float64)
    for direction in directions:
        aimed = found[direction.space.name].aimed
        is_there = ~np.isnan(aimed)
        # Equal similarities have one rank: images of one prompt must not drift apart.
        _, places, counts = np.unique(-aimed[is_there], return_inverse=True, return_counts=True)
        ranks = (np.cumsum(counts) - counts)[places] + 1
        total[is_there] += direction.weight / (RANK_CONSTANT + ranks)
    return np.asarray(total, dtype=np.float32)


def eligible(directions: Sequence[Direction], found: Mapping[str, Similarities]) -> Ids:
    """Places of what has a vector where one is looked for, and keeps to the least similarities."""
    pulling = [each for each in directions if each.is_pulling] or list(directions)
    is_there = np.zeros(len(found[directions[0].space.name].aimed), dtype=bool)
    for direction in pulling:
        is_there |= ~np.isnan(found[direction.space.name].aimed)
    for direction in directions:
        if direction.floor is not None:
            # Comparing with NaN is False: what is not known to be similar is left out.
            is_there &= found[direction.space.name].shown >= direction.floor
    return np.flatnonzero(is_there)
