"""Into an album and out of it; who comes back finds the place it had."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Max
from django.db.models.functions import Coalesce

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput
from gallery.actions.base import Action, Params, Part, images
from gallery.models import Album, Collection
from gallery.scanning import cleaning
from gallery.scanning.saving.copying import int_array

_MOST_CHARS = 200

# One at a time adds to an album, so that positions at its end are not given twice.
_LOCK = "SELECT FROM gallery_album WHERE id = %s FOR NO KEY UPDATE"
_ADD = """
WITH last AS (
    SELECT coalesce(max(position), 0) AS position
    FROM gallery_albumimage WHERE album_id = %(album)s)
INSERT INTO gallery_albumimage (album_id, image_id, position)
SELECT %(album)s, image.id, last.position + given.number
FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS given (id, number)
JOIN gallery_image AS image ON image.id = given.id CROSS JOIN last
ON CONFLICT (album_id, image_id) DO NOTHING
RETURNING image_id
"""
_PUT_BACK = """
INSERT INTO gallery_albumimage (album_id, image_id, position)
SELECT %(album)s, image.id, given.position
FROM unnest(%(ids)s::bigint[], %(positions)s::float8[]) AS given (id, position)
JOIN gallery_image AS image ON image.id = given.id
ON CONFLICT (album_id, image_id) DO NOTHING
RETURNING image_id
"""
_REMOVE = """
DELETE FROM gallery_albumimage WHERE album_id = %(album)s AND image_id = ANY(%(ids)s::bigint[])
RETURNING image_id, position
"""


class _OfAlbum(Action):
    """An album that is gone holds nothing, and nothing can come back to it."""

    group = "albums"
    form_template = "acts/_album.html"
    fields: ClassVar[tuple[str, ...]] = ("album",)

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        value = str(values.get("album", ""))
        if not (value.isascii() and value.isdigit() and len(value) < 19):
            raise BadInput("Choose an album.")
        album = Album.objects.filter(pk=int(value), collection=collection, is_smart=False).first()
        if album is None:
            raise BadInput("That album is gone. Choose another one.")
        return {"album": album.pk, "name": album.name}

    def form_context(self, collection: Collection) -> dict[str, Any]:
        albums = Album.objects.filter(collection=collection, is_smart=False)
        return {"albums": albums.order_by("position", "name")}

    def restore(self, cursor: Any, part: Part) -> list[int]:
        cursor.execute(_LOCK, [part.before["album"]])
        if not cursor.rowcount:
            return list(part.image_ids)
        positions = part.before["positions"]
        if positions is None:
            done = list(self._remove(cursor, part.before["album"], part.image_ids))
        else:
            done = put_back(cursor, part.before["album"], part.image_ids, positions)
        return sorted(set(part.image_ids).difference(done))

    def _remove(self, cursor: Any, album: int, ids: Sequence[int]) -> dict[int, float]:
        cursor.execute(_REMOVE, {"album": album, "ids": int_array(ids)})
        return dict(cursor.fetchall())


class AddToAlbum(_OfAlbum):
    name = "add-to-album"
    title = "Add to album"
    icon = "book-plus"
    keys = ("l",)
    fields = ("album", "new_album")
    is_frequent = True

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        name = cleaning.name(str(values.get("new_album", ""))).strip()
        if values.get("album") or not name:
            return super().clean(values, collection)
        if len(name) > _MOST_CHARS:
            raise BadInput(f"An album's name has at most {_MOST_CHARS} characters.")
        album = _named(name, collection)
        return {"album": album.pk, "name": album.name}

    def sentence(self, count: int, params: Params) -> str:
        return f"{images(count)} added to {paths.display(params['name'])}"

    def doing(self, params: Params) -> str:
        return f"Adding to {paths.display(params['name'])}"

    def apply(self, cursor: Any, ids: Sequence[int], params: Params) -> list[Part]:
        album = params["album"]
        cursor.execute(_LOCK, [album])
        if not cursor.rowcount:
            raise BadInput("That album is gone. Choose another one.")
        cursor.execute(_ADD, {"album": album, "ids": int_array(ids)})
        added = {pk for (pk,) in cursor.fetchall()}
        if not added:
            return []
        # In the order they were given, which is the order that putting them back keeps.
        ordered = [pk for pk in ids if pk in added]
        outside = {"album": album, "positions": None}
        positions = self._positions(cursor, album, ordered)
        return [Part(ordered, outside, {"album": album, "positions": positions})]

    def _positions(self, cursor: Any, album: int, ids: Sequence[int]) -> list[float]:
        cursor.execute(
            "SELECT image_id, position FROM gallery_albumimage"
            " WHERE album_id = %s AND image_id = ANY(%s::bigint[])",
            [album, int_array(ids)],
        )
        found = dict(cursor.fetchall())
        return [found[pk] for pk in ids]


class RemoveFromAlbum(_OfAlbum):
    name = "remove-from-album"
    title = "Remove from album"
    icon = "book-minus"

    def sentence(self, count: int, params: Params) -> str:
        return f"{images(count)} removed from {paths.display(params['name'])}"

    def doing(self, params: Params) -> str:
        return f"Removing from {paths.display(params['name'])}"

    def apply(self, cursor: Any, ids: Sequence[int], params: Params) -> list[Part]:
        album = params["album"]
        removed = self._remove(cursor, album, ids)
        if not removed:
            return []
        inside = {"album": album, "positions": list(removed.values())}
        return [Part(list(removed), inside, {"album": album, "positions": None})]


def put_back(cursor: Any, album: int, ids: Sequence[int], positions: list[float]) -> list[int]:
    """Which of the images are in the album again, where they stood."""
    values = {"album": album, "ids": int_array(ids), "positions": positions}
    cursor.execute(_PUT_BACK, values)
    return [pk for (pk,) in cursor.fetchall()]


def _named(name: str, collection: Collection) -> Album:
    """The album of that name, however its letters are written; else a new one, listed last."""
    known = Album.objects.filter(collection=collection, name__iexact=name).first()
    if known is not None and known.is_smart:
        raise BadInput(
            f"{paths.display(known.name)} is a saved search: what matches it is in it by itself."
        )
    if known is not None:
        return known
    albums = Album.objects.filter(collection=collection)
    last: float = albums.aggregate(last=Coalesce(Max("position"), 0.0))["last"]
    return Album.objects.create(collection=collection, name=name, position=last + 1)
