"""Model files: their folders, the list, one file with all that is known of it."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template import loader
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dtoolkit.core.errors import BadInput, NotFound
from dtoolkit.core.htmx import render_page
from gallery.media import storing, thumbnails
from gallery.media.pictures import UndecodableImage
from gallery.models import Resource, ResourceFile, ResourceFolder
from gallery.resources import listing as files
from gallery.resources import previews
from gallery.resources.told import PAGE
from gallery.services import resources
from gallery.views.context import Frame
from gallery.views.tabs import Tab

_PREVIEW_SIZE = 384
_KIND_TITLES = {
    "": "All",
    "checkpoint": "Checkpoints",
    "lora": "LoRAs",
    "vae": "VAEs",
    "embedding": "Embeddings",
    "controlnet": "ControlNets",
    "upscaler": "Upscalers",
    files.OTHER: "Others",
}


@never_cache
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The page; for HTMX the list alone, or with `?after=` its next rows."""
    query = files.FileQuery.from_params(request.GET)
    rows, cursor = query.page(request.GET.get("after", ""))
    context: dict[str, Any] = {"query": query, "files": rows, "ids": _ids(rows)}
    context["more"] = f"{query.querystring()}&{urlencode({'after': cursor})}" if cursor else ""
    if request.GET.get("after"):
        return render(request, "resources/_rows.html", context)
    counts = files.counts()
    context |= {"tabs": list(_tabs(query, counts)), "has_files": bool(counts)}
    context["is_fragment"] = bool(getattr(request, "htmx", False))
    if not context["is_fragment"]:
        context |= {
            "folders": ResourceFolder.objects.annotate(count=Count("files")).order_by("path"),
            "unhashed": resources.unhashed(),
            "kinds": Resource.Kind.choices,
        }
    response = render_page(
        request, "resources/page.html", context, fragment="resources/_found.html"
    )
    response.headers["HX-Replace-Url"] = reverse("resources") + query.querystring()
    return response


@never_cache
@require_safe
def used(request: HttpRequest) -> HttpResponse:
    """How many images used each of the files `ids`, each count into its place on the page."""
    asked = request.GET.get("ids", "").split(",")
    if len(asked) > files.PAGE_SIZE or not all(_is_id(pk) for pk in asked):
        raise BadInput("ids are numbers of model files, not too many at once.")
    collection = Frame(request).collection
    if collection is None:
        return HttpResponse(status=204)
    ids = [int(pk) for pk in asked]
    counts = files.used_by(ids, collection)
    context = {
        "shown": list(counts.items()) if counts is not None else [(pk, None) for pk in ids],
        "library": reverse("library", args=[collection.slug]),
    }
    return render(request, "resources/_used.html", context)


@never_cache
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    file = get_object_or_404(ResourceFile.objects.select_related("folder"), pk=pk)
    calls = file.matches.select_related("resource").order_by("resource__name", "recorded_hash")
    context = {
        "file": file,
        "calls": calls[: files.PAGE_SIZE],
        "facts": [(label, value) for label, value in file.facts if label != PAGE],
        "web_page": next((value for label, value in file.facts if label == PAGE), ""),
        "ids": str(file.pk),
    }
    return render(request, "resources/file.html", context)


@require_safe
def preview(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """`key` changes with the picture, so that a browser may keep it for good."""
    file = get_object_or_404(ResourceFile.objects.select_related("folder"), pk=pk)
    try:
        made = previews.ensure(file)
    except UndecodableImage:
        return _no_picture("thumbnails/undecodable.svg")
    except (NotFound, BadInput):
        return _no_picture("thumbnails/absent.svg")
    data = storing.read(thumbnails.storage(), thumbnails.name(made, _PREVIEW_SIZE))
    response = HttpResponse(data, content_type="image/webp")
    is_current = key == str(file.beside_stamp)
    lasting = "private, max-age=31536000, immutable" if is_current else "private, no-store"
    response.headers["Cache-Control"] = lasting
    return response


def _no_picture(template: str) -> HttpResponse:
    svg = loader.get_template(template).render()
    response = HttpResponse(svg, content_type="image/svg+xml", status=404)
    response.headers["Cache-Control"] = "private, max-age=60"
    return response


def _tabs(query: files.FileQuery, counts: dict[str, int]) -> Iterator[Tab]:
    """Kinds of which there are any."""
    for kind, title in _KIND_TITLES.items():
        count = counts.get(kind, 0) if kind else sum(counts.values())
        if count or kind == query.kind:
            yield Tab(title, count, query.querystring(kind=kind), kind == query.kind)


def _ids(rows: Any) -> str:
    return ",".join(str(file.pk) for file in rows)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
