"""What a person does with albums: makes them, orders them, chooses covers, moves images inside."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from dtoolkit.core import paths
from dtoolkit.core.errors import AppError, BadInput
from gallery.actions.album_order import MOST_MOVED
from gallery.actions.album_rows import MOST_NAME_CHARS
from gallery.media import thumbnails
from gallery.models import Album, Collection, HistoryEntry, Selection
from gallery.search import results
from gallery.search.query import ResultQuery
from gallery.services import albums, history, selections
from gallery.views import asked, asking, filters

_COVERS = 48
_COVER_PX = 192
_form = require_http_methods(["GET", "HEAD", "POST"])


@_form
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Of `selection` or `ids` a manual one with these images; of any other query string of the
    library a smart one, which holds whatever that search finds; of none an empty one."""
    collection = get_object_or_404(Collection, slug=slug)
    given = request.POST if request.method == "POST" else request.GET
    is_filled = bool(given.get("selection") or given.get("ids"))
    selection = asking.selection_of(given, collection) if is_filled else None
    query = ResultQuery.from_params(request.GET, collection).replace()
    smart = query.to_params() if not selection else {}
    if request.method != "POST":
        return _ask_new(request, collection, selection, query if smart else None)
    try:
        album, entry = albums.make(
            request.POST.get("name", ""), collection, asking.person_of(request), smart=smart or None
        )
    except AppError as error:
        problem = error.message
        return _ask_new(request, collection, selection, query if smart else None, problem)
    if selection is not None:
        entry = albums.fill(album, selection, asking.person_of(request))
    if not getattr(request, "htmx", False):
        return redirect(f"{reverse('library', args=[slug])}?album={album.pk}")
    return asked.done(request, entry, _page(slug))


def _ask_new(
    request: HttpRequest,
    collection: Collection,
    selection: Selection | None,
    query: ResultQuery | None,
    problem: str = "",
) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    return asked.ask(
        request,
        collection,
        title="Save as smart album" if query else "New album",
        verb="Save" if query else "Make it",
        back=_page(collection.slug),
        fields="albums/_new.html",
        value=request.POST.get("name", _suggested(query) if query else ""),
        count=selections.count(selection) if selection else None,
        is_smart=query is not None,
        chips=filters.chips(query) if query else (),
        words=query.q if query else "",
        selection=given.get("selection", ""),
        ids=given.get("ids", ""),
        most_chars=MOST_NAME_CHARS,
        problem=problem,
        status=asked.REFUSED if problem else 200,
    )


@_form
def rename(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    album = _album(slug, pk)
    value = request.POST.get("name", album.name)
    problem = ""
    if request.method == "POST":
        try:
            return _act(request, album, "rename-album", name=value)
        except BadInput as error:
            problem = error.message
    return asked.ask(
        request,
        album.collection,
        title=f"Rename {album}",
        verb="Rename",
        back=_page(slug),
        fields="albums/_name.html",
        value=value,
        most_chars=MOST_NAME_CHARS,
        problem=problem,
        status=asked.REFUSED if problem else 200,
    )


@_form
def remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    album = _album(slug, pk)
    if request.method == "POST":
        return _act(request, album, "delete-album")
    count = albums.counts([album], album.collection)[album.pk]
    return asked.ask(
        request,
        album.collection,
        title=f"Delete {album}?",
        verb="Delete the album",
        back=_page(slug),
        fields="albums/_removal.html",
        album=album,
        count=count,
        is_danger=True,
    )


@dataclass(frozen=True, slots=True)
class Cover:
    pk: int
    src: str
    label: str
    is_chosen: bool


@_form
def cover(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    album = _album(slug, pk)
    if request.method == "POST":
        return _act(request, album, "cover-album", cover=request.POST.get("cover", ""))
    query = ResultQuery(album.collection, album=album.pk)
    page = results.page(query.replace(sort=query.default_sort), size=_COVERS)
    choices = [
        Cover(
            image.pk,
            thumbnails.url(image, _COVER_PX),
            getattr(image, "excerpt", None) or paths.display(image.name),
            image.pk == album.cover_id,
        )
        for image in page.images
    ]
    return asked.ask(
        request,
        album.collection,
        title=f"Cover of {album}",
        verb="Use it",
        back=_page(slug),
        fields="albums/_covers.html",
        choices=choices,
        album=album,
        is_more=page.next_cursor is not None,
    )


@require_POST
def place(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _act(request, _album(slug, pk), "order-albums", to=request.POST.get("to", ""))


@require_POST
def arrange(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Moves `ids` or `selection` within the album, `to` a place, before or behind `near`."""
    album = _album(slug, pk)
    selection = asking.selection_of(request.POST, album.collection)
    ids = selections.first_ids(selection, MOST_MOVED + 1)
    near = request.POST.get("near", "")
    if near and not (near.isascii() and near.isdigit() and len(near) < 19):
        raise BadInput("`near` is the number of an image.")
    return _act(request, album, "arrange-album", ids=ids, to=request.POST.get("to", ""), near=near)


def _act(request: HttpRequest, album: Album, act: str, /, **values: Any) -> HttpResponse:
    values["album"] = album.pk
    person = asking.person_of(request)
    entry: HistoryEntry = history.perform_on(act, values, album.collection, person)
    back = _page(album.collection.slug)
    if act == "arrange-album":
        back = f"{reverse('library', args=[album.collection.slug])}?album={album.pk}"
    return asked.done(request, entry, back)


def _album(slug: str, pk: int) -> Album:
    albums_ = Album.objects.select_related("collection")
    return get_object_or_404(albums_, pk=pk, collection__slug=slug)


def _page(slug: str) -> str:
    return reverse("albums", args=[slug])


def _suggested(query: ResultQuery) -> str:
    said = [chip.value or chip.label for chip in filters.chips(query)]
    return ", ".join([*([query.q] if query.q else []), *said])[:MOST_NAME_CHARS]
