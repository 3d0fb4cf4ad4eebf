"""One image: the page, its lightbox fragment, its details panel."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dtoolkit.core.htmx import render_page
from gallery.media import thumbnails
from gallery.models import Collection, Image
from gallery.search import results
from gallery.views import pictures
from gallery.views.details import Details, with_details

_STRIP_PX = 192
_STRIP_REACH = 20


@require_safe
def show(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    collection, image = _load(slug, pk)
    query = results.ResultQuery.from_params(request.GET, collection)
    around = results.neighbours(query, image)
    place = _place(query)
    context = {
        **_panel_context(query, image, place),
        "picture": pictures.shown(image),
        "back_url": reverse("library", args=[slug])
        + query.querystring(at=results.cursor_of(query, image)),
        "previous_url": _page_url(slug, around.previous, place),
        "next_url": _page_url(slug, around.next, place),
    }
    return render_page(request, "image/page.html", context, fragment="image/_lightbox.html")


@require_safe
def panel(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Only the details, for the panel beside the grid."""
    collection, image = _load(slug, pk)
    query = results.ResultQuery.from_params(request.GET, collection)
    context = _panel_context(query, image, _place(query))
    context["picture"] = pictures.shown(image)
    return render_page(request, "image/details.html", context, fragment="image/_panel.html")


@require_safe
def strip(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The filmstrip: what lies around the image in the result."""
    collection, image = _load(slug, pk)
    query = results.ResultQuery.from_params(request.GET, collection)
    place = _place(query)
    if not getattr(request, "htmx", False):
        return redirect(_page_url(slug, image, place))
    here = results.cursor_of(query, image)
    before = results.page(query, cursor=here, direction="previous", size=_STRIP_REACH)
    after = results.page(query, cursor=here, size=_STRIP_REACH)
    frames = [
        {
            "image": near,
            "url": _page_url(slug, near, place),
            "src": thumbnails.url(near, _STRIP_PX),
        }
        for near in (*before.images, image, *after.images)
    ]
    context = {
        "frames": frames,
        "image": image,
        "has_more_before": bool(before.previous_cursor),
        "has_more_after": bool(after.next_cursor),
    }
    return render(request, "image/_strip.html", context)


def _load(slug: str, pk: int) -> tuple[Collection, Image]:
    images = with_details(Image.objects.filter(collection__slug=slug))
    image = get_object_or_404(images.select_related("collection"), pk=pk)
    return image.collection, image


def _panel_context(query: results.ResultQuery, image: Image, place: str) -> dict[str, Any]:
    collection = query.collection
    return {
        "collection": collection,
        "note": query.ranked.notes.get(image.pk) if query.ranked else None,
        "same_prompt": query.querystring(prompt=image.prompt_id, ungrouped=True),
        "slug": collection.slug,
        "image": image,
        "details": Details(image),
        "place": place,
        "image_url": _page_url(collection.slug, image, place),
    }


def _place(query: results.ResultQuery) -> str:
    """The result that previous and next follow; the image itself says where in it one stands."""
    querystring = query.querystring(at="")
    return "" if querystring == "?" else querystring


def _page_url(slug: str, image: Image | None, place: str) -> str:
    return reverse("image", args=[slug, image.pk]) + place if image else ""
