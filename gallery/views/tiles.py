"""A page of a result as the grid shows it: one `Tile` an image, headed by its month."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode

from dtoolkit.core import paths
from gallery.media import formats, strips, thumbnails
from gallery.models import Image
from gallery.search import results, stacks
from gallery.search.rankings import Note
from gallery.search.results import ResultPage, ResultQuery
from gallery.views.facts import clock

_SIZES = (192, 384, 768)
_SIZES_LIMIT_MS = 150
_UNKNOWN_SIDE = 1024  # a picture not read yet is shown square
_DATED = {"created": "created_at", "modified": "modified_at"}


@dataclass(frozen=True, slots=True)
class Tile:
    image: Image
    url: str
    cursor: str
    alt: str
    name: str
    width: int
    height: int
    src: str
    srcset: str
    checkpoint: str
    month: datetime | None
    starts_month: bool
    is_video: bool = False
    badge: str = ""
    strip: str = ""
    note: Note | None = None  # why it matched
    stack: int = 0  # images in the stack that it stands for


@dataclass(frozen=True, slots=True)
class TilePage:
    tiles: Sequence[Tile]
    next_cursor: str | None
    previous_cursor: str | None
    continues_month: bool = False


def page_from(query: ResultQuery, size: int) -> TilePage:
    """The page that starts at the query's place, or the first one without a place."""
    if not query.at:
        return page_of(query, results.page(query, size=size))
    page = results.around(query, query.at, size)
    dated = _DATED.get(query.sort.removeprefix("-"))
    if dated is None or page.previous_cursor is None:
        return page_of(query, page)
    before = results.page(query, cursor=page.previous_cursor, direction="previous", size=1).images
    continues = bool(before) and _month_of(getattr(before[0], dated)) == _month_of(
        getattr(page.images[0], dated)
    )
    return dataclasses.replace(page_of(query, page), continues_month=continues)


def page_of(query: ResultQuery, page: ResultPage) -> TilePage:
    params = query.replace().to_params()
    suffix = f"?{urlencode(params)}" if params else ""
    dated = _DATED.get(query.sort.removeprefix("-"))
    sizes = _stack_sizes(query, page)
    tiles: list[Tile] = []
    month: datetime | None = None
    for image, cursor in zip(page.images, page.cursors, strict=True):
        moment: datetime | None = getattr(image, dated) if dated else None
        starts = moment is not None and (month is None or _month_of(month) != _month_of(moment))
        month = moment
        tile = _tile(query, image, cursor, suffix, month, starts)
        if many := sizes.get(image.pk):
            tile = dataclasses.replace(tile, stack=many)
        tiles.append(tile)
    return TilePage(tiles, page.next_cursor, page.previous_cursor)


def _stack_sizes(query: ResultQuery, page: ResultPage) -> dict[int, int]:
    if not query.stacks or not page.images:
        return {}
    return stacks.sizes([image.pk for image in page.images], query.stacks, _SIZES_LIMIT_MS)


def _tile(
    query: ResultQuery,
    image: Image,
    cursor: str,
    suffix: str,
    month: datetime | None,
    starts: bool,
) -> Tile:
    width, height = image.width or _UNKNOWN_SIDE, image.height or _UNKNOWN_SIDE
    name = paths.display(image.name)
    urls = {size: thumbnails.url(image, size) for size in _SIZES}
    is_video = formats.is_video(image.format)
    return Tile(
        image=image,
        url=reverse("image", args=[query.collection.slug, image.pk]) + suffix,
        cursor=cursor,
        alt=getattr(image, "excerpt", None) or name,
        name=name,
        width=width,
        height=height,
        src=urls[384],
        srcset=", ".join(
            f"{url} {_shown_width(size, width, height)}w" for size, url in urls.items()
        ),
        checkpoint=paths.display(image.checkpoint.name) if image.checkpoint else "",
        month=month,
        starts_month=starts,
        is_video=is_video,
        badge=_badge(image, is_video),
        strip=strips.url(image) if image.is_available else "",
        note=query.ranked.notes.get(image.pk) if query.ranked else None,
    )


def _badge(image: Image, is_video: bool) -> str:
    """How long a video lasts, and what kind of picture moves; stills have none."""
    if is_video:
        return clock(image.duration_ms) if image.duration_ms else "video"
    if not formats.is_animated(image.format, image.duration_ms):
        return ""
    return "APNG" if image.format == "png" else image.format.upper()


def _month_of(moment: datetime) -> tuple[int, int]:
    return moment.year, moment.month


def _shown_width(longest: int, width: int, height: int) -> int:
    """Of a thumbnail whose longest side is `longest`; a small picture is not enlarged."""
    scale = min(1.0, longest / max(width, height))
    return max(1, round(width * scale))
