"""Where the command palette leads: places, albums, tags and folders, found by a few letters."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.db.models.functions import Length
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dtoolkit.core import paths
from gallery.models import Album, Collection, Folder, Tag
from gallery.search.language import quoted
from gallery.views.context import PAGES, PLACES

_MOST = 8
_MOST_CHARS = 100
Entry = dict[str, str]


@require_safe
def found(request: HttpRequest, slug: str) -> JsonResponse:
    """Without letters the places and the first albums; with them whatever they are part of."""
    collection = get_object_or_404(Collection, slug=slug)
    letters = request.GET.get("q", "")[:_MOST_CHARS].strip()
    entries = list(_albums(collection, letters))
    if letters:
        entries += [*_tags(collection, letters), *_folders(collection, letters)]
    else:
        entries = [*_places(collection), *entries]
    return JsonResponse({"entries": entries})


@require_safe
def tags(request: HttpRequest, slug: str) -> HttpResponse:
    """Tags that continue `q`, as options of a combobox."""
    get_object_or_404(Collection, slug=slug)
    letters = request.GET.get("q", "")[:_MOST_CHARS].strip()
    context = {"tags": _named(letters)[:_MOST] if letters else ()}
    return render(request, "acts/_tag_options.html", context)


def _places(collection: Collection) -> Iterator[Entry]:
    for entry in (*PLACES, *PAGES):
        url = reverse(entry.view, args=[collection.slug])
        query = f"?{urlencode(entry.params)}" if entry.params else ""
        yield _entry("Places", entry.label, entry.icon, url + query)
    folders = reverse("roots", args=[collection.slug])
    yield _entry("Places", "Folders and options", "sliders-horizontal", folders)
    yield _entry("Places", "Model files", "box", reverse("resources"))
    yield _entry("Places", "Jobs", "activity", reverse("jobs"))


def _albums(collection: Collection, letters: str) -> Iterator[Entry]:
    albums = Album.objects.filter(collection=collection)
    if letters:
        albums = albums.filter(name__icontains=letters)
    library = reverse("library", args=[collection.slug])
    for album in albums.order_by("position", "name")[:_MOST]:
        icon = "bookmark" if album.is_smart else "book-image"
        yield _entry("Albums", paths.display(album.name), icon, f"{library}?album={album.pk}")


def _tags(collection: Collection, letters: str) -> Iterator[Entry]:
    library = reverse("library", args=[collection.slug])
    for tag in _named(letters)[:_MOST]:
        query = urlencode({"q": f"tag:{quoted(tag.name)}"})
        yield _entry("Tags", paths.display(tag.name), "tag", f"{library}?{query}")


def _folders(collection: Collection, letters: str) -> Iterator[Entry]:
    folders = Folder.objects.filter(root__collection=collection, path__icontains=letters)
    library = reverse("library", args=[collection.slug])
    for folder in folders.select_related("root").order_by(Length("path"), "path")[:_MOST]:
        detail = f"{paths.display(folder.root.name)}/{paths.display(folder.path)}"
        url = f"{library}?folder={folder.pk}"
        yield _entry("Folders", paths.display(folder.name), "folder", url, detail)


def _named(letters: str) -> QuerySet[Tag]:
    """The shortest first: what is typed is most of its name."""
    return Tag.objects.filter(name__icontains=letters).order_by(Length("name"), "name")


def _entry(group: str, title: str, icon: str, url: str, detail: str = "") -> Entry:
    return {"group": group, "title": title, "icon": icon, "url": url, "detail": detail}
