"""What the frame around every page needs; nothing is read until a template asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from gallery.models import Album, Collection
from gallery.search.counting import Count
from gallery.services import albums
from gallery.views import tree

THEMES = ("dark", "light")


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the rail. A new one is a line in `PLACES`; `counted` shows how many are there."""

    key: str
    label: str
    icon: str
    view: str = "library"
    params: dict[str, str] = field(default_factory=dict)
    is_counted: bool = False


PLACES = (
    Entry("library", "Library", "images", is_counted=True),
    Entry("favourites", "Favourites", "heart", params={"favourite": "1"}, is_counted=True),
    Entry("unrated", "Unrated", "star-off", params={"rating": "none"}, is_counted=True),
    Entry("recent", "Recently viewed", "eye", params={"view": "recent"}),
    Entry("trash", "For deletion", "trash-2", params={"view": "trash"}, is_counted=True),
)
PAGES = (
    Entry("dashboard", "Dashboard", "chart-column", "dashboard"),
    Entry("duplicates", "Duplicates", "copy", "duplicates", is_counted=True),
    Entry("map", "Map", "map", "map"),
    Entry("prompts", "Prompts", "text-quote", "prompts"),
    Entry("tags", "Tags", "tags", "tags"),
    Entry("models", "Models", "box", "models"),
    Entry("history", "History", "history", "history"),
)
# Pages that a place in the rail stands for, besides its own.
_ALSO = {"resources": "models", "resource-file": "models", "prompts-similar": "prompts"}
_PLACE_PARAMS = {name for entry in PLACES for name in entry.params}
# On the phone these lie in the bar itself, the others behind More.
_IN_BAR = {"library", "favourites"}
MOST_ALBUMS = 12


@dataclass(frozen=True, slots=True)
class Link:
    entry: Entry
    url: str
    is_current: bool

    @property
    def is_in_bar(self) -> bool:
        return self.entry.key in _IN_BAR


@dataclass(frozen=True, slots=True)
class AlbumLink:
    album: Album
    url: str
    is_current: bool


class Frame:
    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def theme(self) -> str:
        """`auto` follows the system; kept in a cookie, so that the first paint is right."""
        theme = self._request.COOKIES.get("dtk_theme", "")
        return theme if theme in THEMES else "auto"

    @property
    def is_panel_open(self) -> bool:
        return self._request.COOKIES.get("dtk_panel") == "open"

    @property
    def is_revealed(self) -> bool:
        """Whether this browser shows what is NSFW without asking."""
        return self._request.COOKIES.get("dtk_nsfw") == "shown"

    @cached_property
    def collection(self) -> Collection | None:
        """The one in the address, else the default one, which may not exist yet."""
        match = self._request.resolver_match
        slug = match.kwargs.get("slug") if match else None
        return Collection.objects.filter(slug=slug or settings.ENV.collection).first()

    @cached_property
    def places(self) -> Sequence[Link]:
        if self.collection is None:
            return ()
        here = self._place_here()
        links = []
        for entry in PLACES:
            url = reverse(entry.view, args=[self.collection.slug])
            query = f"?{urlencode(entry.params)}" if entry.params else ""
            links.append(Link(entry, url + query, entry.key == here))
        return links

    @cached_property
    def pages(self) -> Sequence[Link]:
        if self.collection is None:
            return ()
        match = self._request.resolver_match
        name = match.url_name if match else ""
        here = _ALSO.get(name or "", name)
        return [
            Link(entry, reverse(entry.view, args=[self.collection.slug]), entry.key == here)
            for entry in PAGES
        ]

    @cached_property
    def albums(self) -> Sequence[AlbumLink]:
        """The first ones, and the current one wherever it stands."""
        if self.collection is None:
            return ()
        here = self._number("album")
        found = list(albums.of(self.collection)[: MOST_ALBUMS + 1])
        self.has_more_albums = len(found) > MOST_ALBUMS
        found = found[:MOST_ALBUMS]
        if here and here not in {album.pk for album in found}:
            found += albums.of(self.collection).filter(pk=here)
        library = reverse("library", args=[self.collection.slug])
        return [AlbumLink(one, f"{library}?album={one.pk}", one.pk == here) for one in found]

    has_more_albums = False

    def album_counts(self) -> dict[int, Count | None]:
        if self.collection is None:
            return {}
        return albums.counts([link.album for link in self.albums], self.collection)

    @cached_property
    def folders(self) -> tree.Roots:
        if self.collection is None:
            return tree.Roots(())
        return tree.roots(self.collection, current=self._number("folder"))

    @property
    def _is_library(self) -> bool:
        match = self._request.resolver_match
        return match is not None and match.url_name == "library"

    def _place_here(self) -> str:
        if not self._is_library or self._number("folder") or self._number("album"):
            return ""
        params = self._request.GET
        here = {name: params[name] for name in _PLACE_PARAMS if params.get(name)}
        return next((entry.key for entry in PLACES if entry.params == here), "library")

    def _number(self, name: str) -> int | None:
        text = self._request.GET.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def frame(request: HttpRequest) -> dict[str, Any]:
    return {"frame": Frame(request)}
