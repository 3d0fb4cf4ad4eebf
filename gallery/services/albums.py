"""What pages tell of albums: how many images each shows and which one stands for it, never waited
for: what takes long is estimated or left out."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import connection

from dtoolkit.core.errors import AppError
from gallery.models import Album, Collection, HistoryEntry, Image, Selection
from gallery.search import counting, results
from gallery.search.counting import Count
from gallery.search.estimates import TooSlow, time_limit
from gallery.search.query import ResultQuery
from gallery.services import history

_BUDGET_MS = 1500
_LEAST_MS = 30

_COUNTS = """
SELECT entry.album_id, count(*) FROM gallery_albumimage AS entry
JOIN gallery_image AS image ON image.id = entry.image_id
WHERE entry.album_id = ANY(%s) AND image.is_available AND NOT image.is_for_deletion
GROUP BY entry.album_id
"""
_FIRSTS = """
SELECT album.id, first.id FROM unnest(%s::bigint[]) AS album (id) CROSS JOIN LATERAL (
    SELECT image.id FROM gallery_albumimage AS entry
    JOIN gallery_image AS image ON image.id = entry.image_id
    WHERE entry.album_id = album.id AND image.is_available AND NOT image.is_for_deletion
    ORDER BY entry.position, entry.image_id LIMIT 1) AS first
"""


def of(collection: Collection) -> Any:
    """In the order of the sidebar."""
    return Album.objects.filter(collection=collection).order_by("position", "name")


def make(
    name: str,
    collection: Collection,
    user: User | None = None,
    *,
    smart: dict[str, str] | None = None,
) -> tuple[Album, HistoryEntry]:
    """Raises `BadInput` where the name is taken or none."""
    entry = history.perform_on("make-album", {"name": name, "params": smart}, collection, user)
    made = entry.parts.values_list("after__album", flat=True).get()
    return Album.objects.get(pk=made), entry


def fill(album: Album, selection: Selection, user: User | None = None) -> HistoryEntry:
    return history.perform("add-to-album", {"album": album.pk}, selection, user)


def counts(albums: Sequence[Album], collection: Collection) -> dict[int, Count | None]:
    """Of images that each album shows; None of those for which there was no time."""
    until = time.monotonic() + _BUDGET_MS / 1000
    found: dict[int, Count | None] = {}
    manual = [album.pk for album in albums if not album.is_smart]
    try:
        with time_limit(_BUDGET_MS), connection.cursor() as cursor:
            cursor.execute(_COUNTS, [manual])
            known: dict[int, int] = dict(cursor.fetchall())
        found = {pk: Count(known.get(pk, 0), is_exact=True) for pk in manual}
    except TooSlow:
        found = dict.fromkeys(manual)
    for album in albums:
        if album.is_smart:
            left = int((until - time.monotonic()) * 1000)
            found[album.pk] = _smart_count(album, collection, left)
    return found


def covers(albums: Iterable[Album], collection: Collection) -> dict[int, Image]:
    """The image that stands for each: the chosen one, else the first of a manual one."""
    chosen = {album.pk: album.cover_id for album in albums if album.cover_id}
    manual = [album.pk for album in albums if not album.is_smart and album.pk not in chosen]
    with connection.cursor() as cursor:
        cursor.execute(_FIRSTS, [manual])
        chosen |= dict(cursor.fetchall())
    images = Image.objects.in_bulk([pk for pk in chosen.values() if pk])
    return {album: images[pk] for album, pk in chosen.items() if pk in images}


def smart_covers(albums: Iterable[Album], collection: Collection) -> dict[int, Image]:
    until = time.monotonic() + _BUDGET_MS / 1000
    found = {}
    for album in albums:
        if album.is_smart and not album.cover_id and time.monotonic() < until:
            first = _first(ResultQuery(collection, album=album.pk))
            if first is not None:
                found[album.pk] = first
    return found


def _first(query: ResultQuery) -> Image | None:
    """Nothing is ranked only to be counted or to stand for an album."""
    if query.stored and query.stored.is_ranked:
        return None
    try:
        with time_limit(_BUDGET_MS):
            images = results.page(query.replace(sort=query.default_sort), size=1).images
    except (TooSlow, AppError):
        return None
    return images[0] if images else None


def _smart_count(album: Album, collection: Collection, left_ms: int) -> Count | None:
    query = ResultQuery(collection, album=album.pk)
    try:
        if query.stored and query.stored.is_ranked:
            return None
        return counting.count(query, limit_ms=max(left_ms, _LEAST_MS))
    except AppError:  # what it searches for is gone, or was never said well
        return None
