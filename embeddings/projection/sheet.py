"""The sheet that a map is drawn on: 65,536 steps each way, in the proportions of the layout."""

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embeddings.projection.reduction import Floats

STEPS = 65_536
_MARGIN = 0.03
_CELLS = 96
_LEAST_SHARE = 0.004  # of all points, for a group to be spoken of

Steps = npt.NDArray[np.uint16]


@dataclass(frozen=True)
class Sheet:
    """`centre` and `reach` of what is shown; what lies farther out is put at the edge."""

    centre: tuple[float, float]
    reach: float

    def steps(self, positions: Floats) -> Steps:
        """uint16 (n, 2)."""
        share = (positions - np.asarray(self.centre, np.float32)) / (2 * self.reach) + 0.5
        return np.asarray((share * (STEPS - 1)).clip(0, STEPS - 1).round(), np.uint16)


def around(positions: Floats) -> Sheet:
    """Holds all but strays: a thousandth on each side may be far out, and would shrink the rest."""
    low, high = np.percentile(positions, (0.1, 99.9), axis=0)
    beyond = (high - low) * 0.1
    low = np.maximum(low - beyond, positions.min(axis=0))
    high = np.minimum(high + beyond, positions.max(axis=0))
    middle = (low + high) / 2
    reach = float((high - low).max()) / 2 * (1 + 2 * _MARGIN)
    return Sheet((float(middle[0]), float(middle[1])), reach or 1.0)


class Groups:
    """Counts where points crowd, on a coarse grid, as they come."""

    def __init__(self) -> None:
        self._crowd = np.zeros((_CELLS, _CELLS), np.float64)

    def add(self, steps: Steps) -> None:
        cells = (steps.astype(np.int64) * _CELLS) // STEPS
        np.add.at(self._crowd, (cells[:, 1], cells[:, 0]), 1)

    def count(self) -> int:
        """Patches, apart from each other, that are more crowded than the inhabited sheet is on
        average, and hold at least a few of a thousand points."""
        smooth = self._crowd
        for axis in (0, 1):
            padded = np.pad(smooth, [(1, 1) if a == axis else (0, 0) for a in (0, 1)])
            ends = [np.take(padded, range(n, n + _CELLS), axis=axis) for n in range(3)]
            smooth = (ends[0] + ends[1] + ends[2]) / 3
        inhabited = smooth[smooth > 0]
        if not inhabited.size:
            return 0
        waiting = set(zip(*np.nonzero(smooth >= inhabited.mean()), strict=True))
        least, found = self._crowd.sum() * _LEAST_SHARE, 0
        while waiting:
            found += self._patch(waiting) >= max(least, 1)
        return found

    def _patch(self, waiting: set[tuple[int, int]]) -> float:
        """How many lie in one patch, which is taken out of `waiting`."""
        queue, many = deque([waiting.pop()]), 0.0
        while queue:
            row, column = queue.popleft()
            many += self._crowd[row, column]
            beside = {(row + y, column + x) for y in (-1, 0, 1) for x in (-1, 0, 1)} & waiting
            waiting -= beside
            queue.extend(beside)
        return many
