"""Where the list of matches ends, and whether anything matches at all.

A flat least similarity does not work across queries (immich #5996). The rule is Image-MetaHub's:
two deviations above what is usual, and 70 % of the way from there to the best; its deviations are
here the lower spread around the middle (see backgrounds). Whether the best is more than chance
depends on how many were looked at, since the best of many random ones is high. That much is asked
of it, but never more than `MOST_BY_CHANCE`: where all of a library is alike, even the right answer
is not far above the rest. Not calibrated on real libraries yet.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist

from embeddings.search.binary import Reals
from embeddings.search.directions import Direction

FLOOR = 2.0
SHARE_OF_BEST = 0.7
MOST_BY_CHANCE = 3.0
# A near-duplicate at the top must not leave it alone on the page.
LEAST_SHOWN = 20


def is_chance(best: float, deviation: float, looked_at: int) -> bool:
    """Whether a random one of `looked_at` would have reached `best`."""
    expected = NormalDist().inv_cdf(1 - 1 / max(looked_at, 2))
    return best < min(max(expected, FLOOR), MOST_BY_CHANCE) * deviation


def least_score(falling: Reals, deviation: float) -> float:
    """The least score that is shown, of scores sorted from the best."""
    least = max(FLOOR * deviation, SHARE_OF_BEST * float(falling[0]))
    return min(least, float(falling[min(LEAST_SHOWN, len(falling)) - 1]))


def deviation(directions: Sequence[Direction]) -> float:
    """Of the score of a random image, if its similarities in the spaces are independent."""
    weights = [abs(direction.weight) for direction in directions]
    return math.sqrt(sum(weight * weight for weight in weights)) / sum(weights)
