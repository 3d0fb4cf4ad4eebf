"""Where all others lie: among the points of the sample that are nearest to them, found exactly."""

import numpy as np
import numpy.typing as npt

from embeddings.projection.layout import Method, main_plane
from embeddings.projection.reduction import Floats

BLOCK = 512  # rows at once: 40 MB of distances to a sample of 20,000
_NEAREST = 6
_HEAP = 64


class Placer:
    """`sample` (n, kept) lies at `positions` (n, 2)."""

    def __init__(self, sample: Floats, positions: Floats, method: Method) -> None:
        missing = -len(sample) % _HEAP
        self._sample = np.pad(sample, ((0, missing), (0, 0)))
        half_squares = (sample * sample).sum(axis=1) / 2
        self._half_squares = np.pad(half_squares, (0, missing), constant_values=np.inf)
        self._kept = min(_NEAREST, len(sample))
        self._positions = positions
        self._method = method

    def place(self, reduced: Floats) -> Floats:
        """(m, 2) of (m, kept). A plane of components holds any vector itself."""
        if self._method == "pca":
            return main_plane(reduced)
        blocks = range(0, len(reduced), BLOCK)
        placed = [self._among_neighbours(reduced[start : start + BLOCK]) for start in blocks]
        return np.concatenate(placed) if placed else np.zeros((0, 2), np.float32)

    def _among_neighbours(self, rows: Floats) -> Floats:
        """Weights fall with the distance beyond the nearest. Neighbours that the map itself holds
        far from the nearest one do not count: between two groups there is nothing."""
        nearness = rows @ self._sample.T - self._half_squares
        nearest = _largest(nearness, self._kept)
        squares = (rows * rows).sum(axis=1, keepdims=True)
        near = np.take_along_axis(nearness, nearest, axis=1)
        distances = np.sqrt(np.maximum(squares - 2 * near, 0))
        first = distances.argmin(axis=1)
        least = distances.min(axis=1, keepdims=True)
        spread = np.maximum(distances.mean(axis=1, keepdims=True) - least, 1e-6)
        weights = np.exp(-(distances - least) / spread)
        where = self._positions[nearest]
        best = np.take_along_axis(where, first[:, None, None], axis=1)
        away = np.linalg.norm(where - best, axis=2)
        weights *= away <= 3 * np.median(away, axis=1, keepdims=True) + 1e-6
        weights /= weights.sum(axis=1, keepdims=True)
        return np.asarray((where * weights[:, :, None]).sum(axis=1), np.float32)


def _largest(values: Floats, kept: int) -> npt.NDArray[np.intp]:
    """Columns of the `kept` largest of each row, in no order.

    They lie in the heaps with the largest maxima, so that only those are sorted; a heap is every so
    manyth column, of which there are a multiple of `_HEAP`.
    """
    maxima = values.reshape(len(values), _HEAP, -1).max(axis=1)
    heaps = _unsorted_largest(maxima, min(kept, maxima.shape[1]))
    steps = np.arange(_HEAP)[:, None] * maxima.shape[1]
    columns = (heaps[:, None, :] + steps).reshape(len(values), -1)
    at = _unsorted_largest(np.take_along_axis(values, columns, axis=1), kept)
    return np.take_along_axis(columns, at, axis=1)


def _unsorted_largest(values: Floats, kept: int) -> npt.NDArray[np.intp]:
    return np.argpartition(values, -kept, axis=1)[:, -kept:]
