"""The map: its page, the points and what is said of them as bytes, what draws it."""

import json
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dtoolkit.core.errors import BadInput, NotFound, Unavailable
from embeddings.models import MapDrawing
from embeddings.search import map_marks
from embeddings.services import maps
from gallery.media import thumbnails
from gallery.models import Collection, Image
from gallery.search.estimates import TooSlow
from gallery.search.query import BadQuery, ResultQuery
from gallery.views import asking

COLOURS = {"": "None", "rating": "Rating", "checkpoint": "Checkpoint", "folder": "Folder"}
MOST_PICTURES = 300
_POINTS_AT_ONCE = 65_536
_BYTES = "application/octet-stream"
_THUMBNAIL_PX = 192


@never_cache
@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    collection = get_object_or_404(Collection, slug=slug)
    problem = ""
    try:
        query = ResultQuery.from_params(request.GET, collection)
    except BadQuery as error:
        query, problem = ResultQuery(collection), error.message
    colour = request.GET.get("colour", "")
    drawing = maps.drawing_of(collection)
    context: dict[str, Any] = {
        "collection": collection,
        "slug": slug,
        "query": query,
        "querystring": query.querystring(),
        "problem": problem,
        "drawing": drawing,
        "known": drawing.pk if drawing else "",
        "job": maps.job_of(collection),
        "is_possible": drawing is not None or maps.is_possible(collection),
        "colours": [(name, title, name == colour) for name, title in COLOURS.items()],
    }
    return render(request, "map/page.html", context)


@never_cache
@require_safe
def state(request: HttpRequest, slug: str) -> HttpResponse:
    """What is under way, or came since; asked for again while something is under way."""
    collection = get_object_or_404(Collection, slug=slug)
    drawing, job = maps.drawing_of(collection), maps.job_of(collection)
    known = request.GET.get("drawing", "")
    context = {
        "slug": slug,
        "drawing": drawing,
        "job": job,
        "news": maps.news(drawing) if drawing and not job else None,
        "is_drawn_anew": bool(drawing) and not job and known != str(drawing.pk if drawing else ""),
        "known": known,
    }
    return render(request, "map/_state.html", context)


@require_POST
def draw(request: HttpRequest, slug: str) -> HttpResponse:
    maps.start(get_object_or_404(Collection, slug=slug))
    return redirect(reverse("map", args=[slug]))


@require_safe
def points(request: HttpRequest, slug: str) -> HttpResponse | StreamingHttpResponse:
    """Little-endian: `DTM1`, how many (uint32), the first id (float64); then blocks: how many
    (uint32), each id as what it is beyond the first (uint32), each place (two uint16)."""
    drawing = _drawing(slug)
    etag = f'"map-{drawing.pk}-{map_marks.count(drawing)}"'
    if request.headers.get("If-None-Match") == etag:
        answer: HttpResponse | StreamingHttpResponse = HttpResponse(status=304)
    else:
        answer = StreamingHttpResponse(_packed(map_marks.points(drawing)), content_type=_BYTES)
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _packed(found: map_marks.Points) -> Iterator[bytes]:
    first = int(found.ids[0]) if found.ids.size else 0
    yield struct.pack("<4sId", b"DTM1", found.ids.size, first)
    beyond = (found.ids - first).astype("<u4")
    for start in range(0, found.ids.size, _POINTS_AT_ONCE):
        block = slice(start, start + _POINTS_AT_ONCE)
        ids, steps = beyond[block], found.steps[block].astype("<u2")
        yield struct.pack("<I", ids.size) + ids.tobytes() + steps.tobytes()


@never_cache
@require_safe
def result(request: HttpRequest, slug: str) -> HttpResponse:
    """Which points the address's result holds: how many points and how many of them (uint32 each),
    then a bit a point, the lowest first."""
    drawing = _drawing(slug)
    query = ResultQuery.from_params(request.GET, drawing.collection)
    ids = map_marks.points(drawing).ids
    try:
        marks = map_marks.is_in(query, ids)
    except TooSlow:
        raise Unavailable("This search takes too long to be marked on the map.") from None
    head = struct.pack("<II", ids.size, int(marks.sum()))
    return HttpResponse(head + np.packbits(marks, bitorder="little").tobytes(), content_type=_BYTES)


@never_cache
@require_safe
def colours(request: HttpRequest, slug: str, by: str) -> HttpResponse:
    """How long the legend is (uint32), the legend as JSON, a number a point (uint8)."""
    if by not in COLOURS or not by:
        raise NotFound("The map is coloured by rating, checkpoint or folder.")
    found = map_marks.colours(_drawing(slug), by)
    titles = [*found.titles, *(["Others"] if found.has_others else [])]
    legend = json.dumps({"titles": titles, "is_graded": by == "rating"}).encode()
    head = struct.pack("<I", len(legend)) + legend
    return HttpResponse(head + found.numbers.tobytes(), content_type=_BYTES)


@require_safe
def pictures(request: HttpRequest, slug: str) -> JsonResponse:
    """What is needed to show the images `ids`; those that are gone are not there."""
    collection = get_object_or_404(Collection, slug=slug)
    ids = asking.ids_of(request.GET)
    if len(ids) > MOST_PICTURES:
        raise BadInput(f"At most {MOST_PICTURES} at once.")
    images = Image.objects.in_collection(collection).filter(pk__in=ids).tiles()
    found = {
        image.pk: {
            "name": str(image),
            "src": thumbnails.url(image, _THUMBNAIL_PX),
            "url": reverse("image", args=[slug, image.pk]),
            "width": image.width or 1,
            "height": image.height or 1,
            "is_nsfw": image.is_nsfw,
            "rating": image.rating,
            "checkpoint": image.checkpoint.name if image.checkpoint else "",
        }
        for image in images
    }
    response = JsonResponse(found)
    response.headers["Cache-Control"] = "private, max-age=60"
    return response


def _drawing(slug: str) -> MapDrawing:
    """Raises `NotFound`."""
    drawing = MapDrawing.objects.select_related("collection").filter(collection__slug=slug).first()
    if drawing is None:
        raise NotFound("There is no map yet. Draw it first.")
    return drawing
