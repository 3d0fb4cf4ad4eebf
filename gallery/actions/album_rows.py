"""Acts on albums themselves: made, renamed, deleted, given a cover, put in another order. Whatever
is taken away is written down, so that it comes back as it was."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.db import IntegrityError, transaction

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput, Conflict, NotFound
from gallery.actions.albums import put_back
from gallery.actions.base import Action, Params, Part, images
from gallery.models import Album, AlbumImage, Collection, Image
from gallery.scanning import cleaning
from gallery.search.query import ResultQuery

MOST_NAME_CHARS = 200
_PART = 5000
_COLUMNS = ("name", "is_smart", "params", "cover_id", "position", "collection_id")


class _OnAlbum(Action):
    """Kept in `params`: the album's id, and its name for the sentence."""

    group = "albums"
    is_of_images = False
    fields: ClassVar[tuple[str, ...]] = ("album",)

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        album = album_of(values, collection)
        return {"album": album.pk, "name": album.name}


class _SetColumn(_OnAlbum):
    """`params["value"]` into one column of the album."""

    column: ClassVar[str]

    def conclude(self, cursor: Any, params: Params) -> list[Part]:
        album = _held(params["album"])
        before, after = getattr(album, self.column), params["value"]
        if before == after:
            return []
        self._write(album, after)
        state = {"album": album.pk}
        return [Part([], {**state, "value": before}, {**state, "value": after})]

    def restore(self, cursor: Any, part: Part) -> list[int]:
        album = _held(part.before["album"])
        if getattr(album, self.column) != part.after["value"]:
            raise Conflict(f"{album} was changed again since, so it stays as it is.")
        self._write(album, part.before["value"])
        return []

    def _write(self, album: Album, value: Any) -> None:
        setattr(album, self.column, value)
        _saved(album)


class RenameAlbum(_SetColumn):
    name = "rename-album"
    title = "Rename album"
    icon = "pencil"
    column = "name"
    fields = ("album", "name")

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        album = album_of(values, collection)
        value = name_of(values)
        if Album.objects.filter(collection=collection, name=value).exclude(pk=album.pk).exists():
            raise BadInput(f"Another album is called {paths.display(value)} already.")
        return {"album": album.pk, "name": album.name, "value": value}

    def sentence(self, count: int, params: Params) -> str:
        return f"Album {_shown(params, 'name')} renamed {_shown(params, 'value')}"


class CoverAlbum(_SetColumn):
    name = "cover-album"
    title = "Choose cover"
    icon = "image"
    column = "cover_id"
    fields = ("album", "cover")

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        album = album_of(values, collection)
        cover = _number(values["cover"]) if values.get("cover") else None
        held = ResultQuery(collection, album=album.pk).images()
        if cover is not None and not held.filter(pk=cover).exists():
            raise BadInput("That image is not in this album. Choose another one.")
        return {"album": album.pk, "name": album.name, "value": cover}

    def sentence(self, count: int, params: Params) -> str:
        if params["value"] is None:
            return f"Cover of {_shown(params, 'name')} is its first image again"
        return f"Cover of {_shown(params, 'name')} chosen"


class MakeAlbum(Action):
    """`params` given: a smart one. Undone only while nobody has put anything into it."""

    name = "make-album"
    title = "New album"
    icon = "book-image"
    group = "albums"
    is_of_images = False
    fields = ("name", "params")

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        name = name_of(values)
        if Album.objects.filter(collection=collection, name=name).exists():
            raise BadInput(f"An album is called {paths.display(name)} already.")
        return {"name": name, "params": values.get("params"), "collection": collection.pk}

    def sentence(self, count: int, params: Params) -> str:
        kind = "Album" if params["params"] is None else "Smart album"
        return f"{kind} {_shown(params, 'name')} made"

    def conclude(self, cursor: Any, params: Params) -> list[Part]:
        last = Album.objects.filter(collection=params["collection"]).order_by("-position").first()
        album = Album(
            collection_id=params["collection"],
            name=params["name"],
            is_smart=params["params"] is not None,
            params=params["params"] or {},
            position=last.position + 1 if last else 1,
        )
        _saved(album, is_new=True)
        return [Part([], {"album": album.pk, "row": None}, {"album": album.pk, "row": row(album)})]

    def restore(self, cursor: Any, part: Part) -> list[int]:
        if part.before["row"] is not None:
            return _back(part.before)
        album = _held(part.after["album"])
        held = AlbumImage.objects.filter(album=album).count()
        if held:
            raise Conflict(f"{album} holds {images(held)} by now. Delete it on the Albums page.")
        album.delete()
        return []


class DeleteAlbum(_OnAlbum):
    """The images stay where they are; the album comes back with them in their order."""

    name = "delete-album"
    title = "Delete album"
    icon = "trash-2"

    def sentence(self, count: int, params: Params) -> str:
        held = f" with {images(count)}" if count else ""
        return f"Album {_shown(params, 'name')}{held} deleted; the images stay"

    def conclude(self, cursor: Any, params: Params) -> list[Part]:
        album = _held(params["album"])
        parts = list(_entries(album))
        parts.append(Part([], {"album": album.pk, "row": row(album)}, {"album": album.pk}))
        AlbumImage.objects.filter(album=album).delete()
        album.delete()
        return parts

    def restore(self, cursor: Any, part: Part) -> list[int]:
        """The row is the last part, so that it comes back first and goes again last."""
        album = part.before["album"]
        if "row" in part.before:
            return _back(part.before)
        if "row" in part.after:
            if AlbumImage.objects.filter(album=album).exists():
                raise Conflict("Images were put into that album since. Delete it again instead.")
            Album.objects.filter(pk=album).delete()
            return []
        if "positions" not in part.before:
            AlbumImage.objects.filter(album=album, image__in=list(part.image_ids)).delete()
            return []
        done = put_back(cursor, album, part.image_ids, part.before["positions"])
        return sorted(set(part.image_ids).difference(done))


class OrderAlbums(Action):
    """In the sidebar: one album before or behind its neighbour, or where another one stands."""

    name = "order-albums"
    title = "Order albums"
    icon = "arrow-up-down"
    group = "albums"
    is_of_images = False
    fields = ("album", "to")

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        album = album_of(values, collection)
        order = _ordered(collection.pk)
        here = order.index(album.pk)
        to = values.get("to", "")
        places = {"up": here - 1, "down": here + 1, "first": 0, "last": len(order) - 1}
        if to not in places:
            raise BadInput("`to` is one of up, down, first, last.")
        order.insert(max(0, places[to]), order.pop(here))
        return {"name": album.name, "order": order, "collection": collection.pk}

    def sentence(self, count: int, params: Params) -> str:
        return f"Album {_shown(params, 'name')} moved among the albums"

    def conclude(self, cursor: Any, params: Params) -> list[Part]:
        before = _ordered(params["collection"])
        if before == params["order"]:
            return []
        state = {"collection": params["collection"]}
        part = Part([], {**state, "order": before}, {**state, "order": params["order"]})
        self._write(part.after)
        return [part]

    def restore(self, cursor: Any, part: Part) -> list[int]:
        self._write(part.before)
        return []

    def _write(self, state: dict[str, Any]) -> None:
        """Albums that came since keep their place at the end."""
        now = _ordered(state["collection"])
        wanted = [pk for pk in state["order"] if pk in now]
        wanted += [pk for pk in now if pk not in wanted]
        albums = [Album(pk=pk, position=place) for place, pk in enumerate(wanted, 1)]
        Album.objects.bulk_update(albums, ["position"])


def album_of(values: dict[str, Any], collection: Collection) -> Album:
    """Raises `NotFound`."""
    album = Album.objects.filter(pk=_number(values.get("album")), collection=collection).first()
    if album is None:
        raise NotFound("That album is no longer there.")
    return album


def name_of(values: dict[str, Any]) -> str:
    """Raises `BadInput`."""
    name = cleaning.name(str(values.get("name", ""))).strip()
    if not name:
        raise BadInput("Give the album a name.")
    if len(name) > MOST_NAME_CHARS:
        raise BadInput(f"A name has at most {MOST_NAME_CHARS} characters.")
    return name


def row(album: Album) -> dict[str, Any]:
    return {column: getattr(album, column) for column in _COLUMNS}


def _entries(album: Album) -> Iterator[Part]:
    entries = AlbumImage.objects.filter(album=album).order_by("position", "image")
    listed = list(entries.values_list("image", "position"))
    for first in range(0, len(listed), _PART):
        ids, positions = zip(*listed[first : first + _PART], strict=True)
        yield Part(ids, {"album": album.pk, "positions": list(positions)}, {"album": album.pk})


def _back(state: dict[str, Any]) -> list[int]:
    _saved(Album(pk=state["album"], **state["row"]), is_new=True)
    return []


def _saved(album: Album, *, is_new: bool = False) -> None:
    """Raises `Conflict` where another album took its name."""
    if album.cover_id and not Image.objects.filter(pk=album.cover_id).exists():
        album.cover_id = None
    try:
        with transaction.atomic():
            album.save(force_insert=is_new)
    except IntegrityError as error:
        shown = paths.display(album.name)
        raise Conflict(f"Another album is called {shown} by now. Rename that one first.") from error


def _held(pk: int) -> Album:
    album = Album.objects.select_for_update().filter(pk=pk).first()
    if album is None:
        raise Conflict("That album is gone.")
    return album


def _ordered(collection: int) -> list[int]:
    albums = Album.objects.filter(collection=collection).order_by("position", "name")
    return list(albums.values_list("pk", flat=True))


def _number(value: Any) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _shown(params: Params, key: str) -> str:
    return paths.display(params[key])
