"""What the page of the map is told of its points: where, which are in a result, their colours.

All of it is in the order of the points, so that the page can lay one beside the other.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from psycopg import sql

from dtoolkit.core import paths
from embeddings.models import MapDrawing, MapPoint
from embeddings.search import packed
from embeddings.search.packed import Ids
from gallery.models import Folder, Resource
from gallery.search.estimates import time_limit
from gallery.search.query import ResultQuery

RESULT_LIMIT_MS = 8000
MOST_COLOURS = 8
OTHERS = MOST_COLOURS + 1
RATINGS = ("1 to 4", "5 and 6", "7 and 8", "9 and 10")
_STEP_OF_RATING = np.array([0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4], np.uint8)
_AT_ONCE = 20_000


@dataclass(frozen=True)
class Points:
    """`ids` rise; `steps` uint16 (n, 2)."""

    ids: Ids
    steps: npt.NDArray[np.uint16]


@dataclass(frozen=True)
class Colours:
    """`titles` from number 1 on; a point of number 0 has none, `OTHERS` is what is rare."""

    titles: tuple[str, ...]
    numbers: npt.NDArray[np.uint8]
    has_others: bool


def points(drawing: MapDrawing) -> Points:
    query = sql.SQL(
        "SELECT image_id, x, y FROM embeddings_mappoint WHERE drawing_id = {} ORDER BY image_id"
    ).format(sql.Literal(drawing.pk))
    return Points(*packed.points(query))


def count(drawing: MapDrawing) -> int:
    """Falls as images are deleted; nothing else changes the points of a drawing."""
    return MapPoint.objects.filter(drawing=drawing).count()


def is_in(query: ResultQuery, ids: Ids) -> npt.NDArray[np.bool_]:
    """For each of `ids`, which rise, whether the result holds it. Raises `TooSlow`."""
    with time_limit(RESULT_LIMIT_MS):
        rows = query.images().order_by().values_list("pk", flat=True)
        found = np.fromiter(rows.iterator(chunk_size=_AT_ONCE), np.int64)
    return np.isin(ids, found, assume_unique=True)


def colours(drawing: MapDrawing, by: str) -> Colours:
    """By 'rating', 'checkpoint' or 'folder'. Raises `KeyError`."""
    field = {"rating": "rating", "checkpoint": "checkpoint", "folder": "folder"}[by]
    rows = MapPoint.objects.filter(drawing=drawing).order_by("image_id")
    found = rows.values_list(f"image__{field}", flat=True).iterator(chunk_size=_AT_ONCE)
    values = np.fromiter((value or 0 for value in found), np.int64)
    if by == "rating":
        return Colours(RATINGS, _STEP_OF_RATING[values], has_others=False)
    known, counts = np.unique(values[values > 0], return_counts=True)
    frequent = known[np.lexsort((known, -counts))[:MOST_COLOURS]]
    numbers = np.where(values > 0, OTHERS, 0).astype(np.uint8)
    for number, value in enumerate(frequent, 1):
        numbers[values == value] = number
    titles = _titles(by, [int(value) for value in frequent])
    return Colours(titles, numbers, has_others=len(known) > len(frequent))


def _titles(by: str, ids: list[int]) -> tuple[str, ...]:
    if by == "checkpoint":
        checkpoints = Resource.objects.in_bulk(ids)
        return tuple(checkpoints[pk].name for pk in ids)
    folders = Folder.objects.select_related("root").in_bulk(ids)
    return tuple(paths.display(folders[pk].path or folders[pk].root.name) for pk in ids)
