"""Where all others lie: among the points of the sample that are nearest to them, found exactly."""

import numpy as np

from embeddings.projection.layout import Method, main_plane
from embeddings.projection.reduction import Floats

BLOCK = 1024  # rows at once: 80 MB of distances to a sample of 20,000
_NEAREST = 6


class Placer:
    """`sample` (n, kept) lies at `positions` (n, 2)."""

    def __init__(self, sample: Floats, positions: Floats, method: Method) -> None:
        self._sample = sample
        self._positions = positions
        self._method = method
        self._half_squares = (sample * sample).sum(axis=1) / 2

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
        kept = min(_NEAREST, nearness.shape[1])
        nearest = np.argpartition(-nearness, kept - 1, axis=1)[:, :kept]
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
