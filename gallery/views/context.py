"""What the frame around every page needs; nothing is read until a template asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from gallery.models import Collection
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
    Entry("unrated", "Unrated", "star-off", params={"rating": "none"}),
    Entry("trash", "For deletion", "trash-2", params={"view": "trash"}, is_counted=True),
)
_PLACE_PARAMS = {name for entry in PLACES for name in entry.params}


@dataclass(frozen=True, slots=True)
class Link:
    entry: Entry
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
    def folders(self) -> tree.Roots:
        if self.collection is None:
            return tree.Roots(())
        return tree.roots(self.collection, current=self._folder_here())

    def _place_here(self) -> str:
        match = self._request.resolver_match
        if match is None or match.url_name != "library" or self._folder_here():
            return ""
        params = self._request.GET
        here = {name: params[name] for name in _PLACE_PARAMS if params.get(name)}
        return next((entry.key for entry in PLACES if entry.params == here), "library")

    def _folder_here(self) -> int | None:
        folder = self._request.GET.get("folder", "")
        return int(folder) if folder.isascii() and folder.isdigit() and len(folder) < 19 else None


def frame(request: HttpRequest) -> dict[str, Any]:
    return {"frame": Frame(request)}
