"""Going through a result image by image: culling, a slideshow, what was looked at."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from dtoolkit.core.errors import BadInput, NotFound
from gallery.models import Collection, Image
from gallery.search import counting, results
from gallery.services import viewings
from gallery.views import asking

_TEMPLATES = {"cull": "image/_cull.html", "slideshow": "image/_slideshow.html"}
_NOTHING = {"cull": "There is no image here to cull.", "slideshow": "There is no image to show."}
_MOST_VIEWED = 500


@require_safe
def begin(request: HttpRequest, slug: str, walk: str) -> HttpResponse:
    """To the image where it starts: the one at `at`, else the first of the result or selection."""
    collection = get_object_or_404(Collection, slug=slug)
    query = results.ResultQuery.from_params(request.GET, collection)
    page = results.around(query, query.at, 1) if query.at else results.page(query, size=1)
    if not page.images:
        raise NotFound(_NOTHING[walk])
    place = query.querystring(at="")
    url = reverse("image", args=[slug, page.images[0].pk]) + ("" if place == "?" else place)
    return redirect(url if getattr(request, "htmx", False) else f"{url}#{walk}")


@require_safe
def bar(request: HttpRequest, slug: str, pk: int, walk: str) -> HttpResponse:
    """The controls of a walk that starts at this image; how far that is, where it is known soon."""
    collection = get_object_or_404(Collection, slug=slug)
    image = get_object_or_404(Image, pk=pk, collection=collection)
    if walk not in _TEMPLATES:
        raise BadInput("A walk is cull or slideshow.")
    context: dict[str, Any] = {"slug": slug}
    if walk == "cull":
        query = results.ResultQuery.from_params(request.GET, collection)
        context["total"] = counting.count(query)
        context["position"] = results.position(query, image)
    return render(request, _TEMPLATES[walk], context)


@require_POST
def viewed(request: HttpRequest, slug: str) -> HttpResponse:
    """The images `ids` were looked at."""
    collection = get_object_or_404(Collection, slug=slug)
    ids = asking.ids_of(request.POST)
    if len(ids) > _MOST_VIEWED:
        raise BadInput(f"At most {_MOST_VIEWED} images at once.")
    viewings.mark(collection, ids)
    return HttpResponse(status=204)
