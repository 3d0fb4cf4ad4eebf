"""Pages of a result, and an image's neighbours in it, at any depth for the price of the first."""

from dataclasses import dataclass
from functools import partial
from typing import Literal

from dtoolkit.core.errors import BadInput
from gallery.models import Image
from gallery.search.cursors import Place
from gallery.search.estimates import TooSlow, time_limit
from gallery.search.query import ResultQuery

PAGE_SIZE = 100
WALK_LIMIT_MS = 400
POSITION_LIMIT_MS = 200
MOST_BEFORE = 20_000
Direction = Literal["next", "previous"]

__all__ = [
    "PAGE_SIZE",
    "Neighbours",
    "ResultPage",
    "ResultQuery",
    "around",
    "cursor_of",
    "neighbours",
    "page",
    "places",
    "position",
]


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Images as tiles need them, in the result's order; a cursor is None where the list ends."""

    images: list[Image]
    cursors: list[str]  # of the images, one each
    next_cursor: str | None
    previous_cursor: str | None


@dataclass(frozen=True, slots=True)
class Neighbours:
    previous: Image | None
    next: Image | None


def page(
    query: ResultQuery,
    *,
    cursor: str | None = None,
    direction: str = "next",
    size: int = PAGE_SIZE,
) -> ResultPage:
    """The page beyond `cursor`, or the first (in direction 'previous' the last) without one."""
    if direction not in {"next", "previous"}:
        raise BadInput("direction must be next or previous.")
    start = query.place(cursor) if cursor else None
    is_backwards = direction == "previous"
    found = _walk(query, start, size + 1, is_backwards=is_backwards)
    has_more = len(found) > size
    found = found[:size]
    if is_backwards:
        found.reverse()
        return _page(query, found, has_next=start is not None, has_previous=has_more)
    return _page(query, found, has_next=has_more, has_previous=start is not None)


def around(query: ResultQuery, cursor: str, size: int = PAGE_SIZE) -> ResultPage:
    """The page that starts at `cursor`; the last page where nothing is left from there on."""
    start = query.place(cursor)
    found = _walk(query, start, size + 1, is_inclusive=True)
    if not found:
        return page(query, direction="previous", size=size)
    has_previous = bool(_walk(query, found[0], 1, is_backwards=True))
    return _page(query, found[:size], has_next=len(found) > size, has_previous=has_previous)


def neighbours(query: ResultQuery, image: Image) -> Neighbours:
    """The images before and after `image`, also where the result itself no longer has it."""
    place = query.order.place_of(image)
    before = _walk(query, place, 1, is_backwards=True)
    after = _walk(query, place, 1)
    tiles = _tiles([*before, *after])
    return Neighbours(
        previous=tiles.get(before[0].pk) if before else None,
        next=tiles.get(after[0].pk) if after else None,
    )


def cursor_of(query: ResultQuery, image: Image) -> str:
    return query.cursor(query.order.place_of(image))


def position(query: ResultQuery, image: Image) -> int | None:
    """Which one of the result it is, from 1; None where telling it would take long."""
    try:
        with time_limit(POSITION_LIMIT_MS):
            before = _walk(query, query.order.place_of(image), MOST_BEFORE + 1, is_backwards=True)
    except TooSlow:
        return None
    return len(before) + 1 if len(before) <= MOST_BEFORE else None


def places(query: ResultQuery, start: Place, limit: int) -> list[Place]:
    """Up to `limit` places from `start` on, with it where it is still in the result."""
    return _walk(query, start, limit, is_inclusive=True)


def _walk(
    query: ResultQuery,
    start: Place | None,
    limit: int,
    *,
    is_backwards: bool = False,
    is_inclusive: bool = False,
) -> list[Place]:
    """Few are gathered and sorted. Of the others an index is walked; where what matches is so
    thin in it that this takes long, they are gathered and sorted after all."""
    walk = partial(
        query.order.walk,
        query.images(),
        start=start,
        is_inclusive=is_inclusive,
        is_falling=query.is_descending != is_backwards,
        is_backwards=is_backwards,
        limit=limit,
    )
    if query.is_few or not query.may_be_thin:
        return walk(is_few=query.is_few)
    try:
        with time_limit(WALK_LIMIT_MS):
            return walk(is_few=False)
    except TooSlow:
        return walk(is_few=True)


def _page(
    query: ResultQuery, places: list[Place], *, has_next: bool, has_previous: bool
) -> ResultPage:
    tiles = _tiles(places)
    shown = [place for place in places if place.pk in tiles]
    return ResultPage(
        images=[tiles[place.pk] for place in shown],
        cursors=[query.cursor(place) for place in shown],
        next_cursor=query.cursor(places[-1]) if places and has_next else None,
        previous_cursor=query.cursor(places[0]) if places and has_previous else None,
    )


def _tiles(places: list[Place]) -> dict[int, Image]:
    """Joined only now, for the rows that are shown."""
    return Image.objects.tiles().in_bulk([place.pk for place in places])
