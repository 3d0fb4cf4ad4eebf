"""All images of a result from one to another, however far apart they lie."""

from dtoolkit.core.errors import BadInput
from gallery.search import results
from gallery.search.cursors import Place
from gallery.search.query import ResultQuery

_FIRST_REACH = 500
_FARTHER = 10


def between(query: ResultQuery, start: str, end: str, most: int) -> list[int]:
    """Ids from the cursor `start` to the cursor `end`, both with it, in the result's order,
    whichever of them comes first there.

    Raises `BadInput` where one of them is no longer in the result, or more than `most` lie between.
    """
    ends = query.place(start), query.place(end)
    reach = _FIRST_REACH
    while True:
        reach = min(reach, most)
        walks = [_walk_to(query, here, there, reach) for here, there in (ends, ends[::-1])]
        for ids, is_there in walks:
            if is_there:
                return ids
        if reach == most or all(len(ids) < reach for ids, _ in walks):
            break
        reach *= _FARTHER
    if reach == most:
        raise BadInput(
            f"More than {most - 1:,} images lie between the two. Search for them and select the"
            " whole result."
        )
    raise BadInput("The list has changed meanwhile. Select again.")


def _walk_to(query: ResultQuery, here: Place, there: Place, reach: int) -> tuple[list[int], bool]:
    ids = []
    for place in results.places(query, here, reach):
        ids.append(place.pk)
        if place.pk == there.pk:
            return ids, ids[0] == here.pk
    return ids, False
