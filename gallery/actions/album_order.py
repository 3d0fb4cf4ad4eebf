"""The order in which a person arranged an album: positions between neighbours, renumbered where
floats run out. Both are undone alike, since a renumbering is part of the act that needed it."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput, Conflict
from gallery.actions.album_rows import album_of
from gallery.actions.base import Action, Params, Part, images
from gallery.models import Collection
from gallery.scanning.saving.copying import int_array

MOST_MOVED = 2000
_PART = 5000
_PLACES = ("start", "end", "earlier", "later", "before", "behind")
_WORDS = {"start": "to the start", "end": "to the end", "earlier": "earlier", "later": "later"}

_LOCK = "SELECT FROM gallery_album WHERE id = %s AND NOT is_smart FOR NO KEY UPDATE"
_MOVED = """
SELECT image_id, position FROM gallery_albumimage
WHERE album_id = %(album)s AND image_id = ANY(%(ids)s::bigint[]) ORDER BY position, image_id
"""
_STANDS = "SELECT position, image_id FROM gallery_albumimage WHERE album_id = %s AND image_id = %s"
# Among those that stay, next to a place; only what the album shows where `seen`.
_NEXT = """
SELECT entry.position, entry.image_id FROM gallery_albumimage AS entry
JOIN gallery_image AS image ON image.id = entry.image_id
WHERE entry.album_id = %(album)s AND entry.image_id <> ALL(%(ids)s::bigint[])
    AND (NOT %(seen)s OR (image.is_available AND NOT image.is_for_deletion))
    AND (%(position)s::float8 IS NULL OR (entry.position, entry.image_id)
        {beyond} (%(position)s::float8, %(image)s::bigint))
ORDER BY entry.position {way}, entry.image_id {way} LIMIT 1
"""
_WHOLE = """
SELECT image_id, position FROM gallery_albumimage WHERE album_id = %s ORDER BY position, image_id
"""
_WRITE = """
UPDATE gallery_albumimage AS entry SET position = given.position
FROM unnest(%(ids)s::bigint[], %(positions)s::float8[]) AS given (id, position)
WHERE entry.album_id = %(album)s AND entry.image_id = given.id
"""
_RESTORE = """
UPDATE gallery_albumimage AS entry SET position = given.before
FROM unnest(%(ids)s::bigint[], %(before)s::float8[], %(after)s::float8[])
    AS given (id, before, after)
WHERE entry.album_id = %(album)s AND entry.image_id = given.id AND entry.position = given.after
RETURNING entry.image_id
"""
_Place = tuple[float, int]


class ArrangeAlbum(Action):
    """Moves images within their album: to its start or end, past a neighbour, or beside `near`."""

    name = "arrange-album"
    title = "Arrange album"
    icon = "grip-vertical"
    group = "albums"
    is_of_images = False
    fields = ("album", "ids", "to", "near")

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        album = album_of(values, collection)
        if album.is_smart:
            raise BadInput("A smart album has the order of its search.")
        ids = [int(pk) for pk in values.get("ids", ())]
        if not ids:
            raise BadInput("Choose the images that are to move.")
        if len(ids) > MOST_MOVED:
            raise BadInput(f"At most {MOST_MOVED:,} images move at once.")
        to, near = values.get("to", ""), values.get("near")
        if to not in _PLACES or (to in {"before", "behind"} and not near):
            raise BadInput(f"`to` is one of {', '.join(_PLACES)}; the last two beside `near`.")
        return {
            "album": album.pk,
            "name": album.name,
            "ids": ids,
            "to": to,
            "near": int(near) if near else None,
        }

    def sentence(self, count: int, params: Params) -> str:
        where = f" {_WORDS[params['to']]}" if params["to"] in _WORDS else ""
        return f"{images(len(params['ids']))} moved{where} in {paths.display(params['name'])}"

    def conclude(self, cursor: Any, params: Params) -> list[Part]:
        album = params["album"]
        cursor.execute(_LOCK, [album])
        if not cursor.rowcount:
            raise Conflict("That album is gone.")
        cursor.execute(_MOVED, {"album": album, "ids": int_array(params["ids"])})
        moved: dict[int, float] = dict(cursor.fetchall())
        gap = _Gap(cursor, album, list(moved)).find(params["to"], params["near"]) if moved else None
        if gap is None:
            return []
        low, high = gap
        places = _between(low, high, len(moved))
        if places is None:
            return _renumbered(cursor, album, list(moved), low)
        return _written(cursor, album, moved, dict(zip(moved, places, strict=True)))

    def restore(self, cursor: Any, part: Part) -> list[int]:
        cursor.execute(
            _RESTORE,
            {
                "album": part.before["album"],
                "ids": int_array(part.image_ids),
                "before": part.before["positions"],
                "after": part.after["positions"],
            },
        )
        done = {pk for (pk,) in cursor.fetchall()}
        return sorted(set(part.image_ids).difference(done))


class _Gap:
    """Between which two entries that stay the moved ones come; None of them at an end."""

    def __init__(self, cursor: Any, album: int, moved: Sequence[int]) -> None:
        self._cursor, self._album, self._moved = cursor, album, moved

    def find(self, to: str, near: int | None) -> tuple[_Place | None, _Place | None] | None:
        """None where they stand there already, or `near` is not in the album."""
        if to == "start":
            return None, self._next(None, is_forwards=True)
        if to == "end":
            return self._next(None, is_forwards=False), None
        if to in {"earlier", "later"}:
            is_later = to == "later"
            place = self._stands(self._moved[-1 if is_later else 0])
            beside = self._next(place, is_forwards=is_later, seen=True)
        else:
            is_later = to == "behind"
            beside = self._stands(near) if near not in self._moved else None
        if beside is None:
            return None
        beyond = self._next(beside, is_forwards=is_later)
        return (beside, beyond) if is_later else (beyond, beside)

    def _stands(self, image: int | None) -> _Place | None:
        self._cursor.execute(_STANDS, [self._album, image])
        found: _Place | None = self._cursor.fetchone()
        return found

    def _next(
        self, place: _Place | None, *, is_forwards: bool, seen: bool = False
    ) -> _Place | None:
        position, image = place or (None, None)
        statement = _NEXT.format(
            beyond=">" if is_forwards else "<", way="ASC" if is_forwards else "DESC"
        )
        values = {
            "album": self._album,
            "ids": int_array(self._moved),
            "seen": seen,
            "position": position,
            "image": image,
        }
        self._cursor.execute(statement, values)
        found: _Place | None = self._cursor.fetchone()
        return found


def _between(low: _Place | None, high: _Place | None, many: int) -> list[float] | None:
    """`many` rising positions between two; None where floats have no room for them."""
    if low is None and high is None:
        return [float(n) for n in range(1, many + 1)]
    if low is None or high is None:
        first = low[0] + 1 if low else high[0] - many  # type: ignore[index]
        places = [first + n for n in range(many)]
    else:
        step = (high[0] - low[0]) / (many + 1)
        places = [low[0] + step * n for n in range(1, many + 1)]
    bounds = [*([low[0]] if low else []), *places, *([high[0]] if high else [])]
    if all(first < second for first, second in pairwise(bounds)):
        return places
    return None


def _renumbered(cursor: Any, album: int, moved: list[int], low: _Place | None) -> list[Part]:
    """The whole album gets whole numbers, the moved ones behind `low`."""
    cursor.execute(_WHOLE, [album])
    known: dict[int, float] = dict(cursor.fetchall())
    order = [pk for pk in known if pk not in set(moved)]
    at = order.index(low[1]) + 1 if low else 0
    order[at:at] = moved
    return _written(cursor, album, known, {pk: float(n) for n, pk in enumerate(order, 1)})


def _written(
    cursor: Any, album: int, before: dict[int, float], after: dict[int, float]
) -> list[Part]:
    changed = [pk for pk in after if before[pk] != after[pk]]
    parts = []
    for first in range(0, len(changed), _PART):
        ids = changed[first : first + _PART]
        new = [after[pk] for pk in ids]
        cursor.execute(_WRITE, {"album": album, "ids": int_array(ids), "positions": new})
        old = {"album": album, "positions": [before[pk] for pk in ids]}
        parts.append(Part(ids, old, {"album": album, "positions": new}))
    return parts
