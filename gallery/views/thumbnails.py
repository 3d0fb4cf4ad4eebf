"""Thumbnails over HTTP: one that exists is served without asking the database anything."""

from collections.abc import Callable
from pathlib import PurePosixPath

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import redirect
from django.template import loader
from django.urls import reverse
from django.views.decorators.http import require_safe

from dtoolkit.core.errors import NotFound
from gallery.media import displays, storing, strips, thumbnails
from gallery.media.pictures import UndecodableImage
from gallery.models import Image
from gallery.services.thumbnails import ensure, ensure_display

_FOR_GOOD = "private, max-age=31536000, immutable"
_FOR_A_MINUTE = "private, max-age=60"


@require_safe
def thumbnail(request: HttpRequest, pk: int, size: int, key: str) -> HttpResponse:
    """The key names the content, so what it answers never changes."""
    if size not in thumbnails.SIZES:
        return HttpResponseNotFound("No such size.", content_type="text/plain")
    return _stored(request, key, thumbnails.name(key, size)) or _made(
        request,
        pk,
        key,
        lambda image: _true_key(image, size),
        lambda key: thumbnails.name(key, size),
        lambda key: reverse("thumbnail", args=[pk, size, key]),
    )


@require_safe
def display(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The picture in full size, for formats that browsers do not show."""
    return _stored(request, key, displays.name(key)) or _made(
        request,
        pk,
        key,
        ensure_display,
        displays.name,
        lambda key: reverse("display", args=[pk, key]),
    )


@require_safe
def strip(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Only the pipeline makes strips: nobody waits for one."""
    return _stored(request, key, strips.name(key)) or _picture("thumbnails/absent.svg")


def _stored(request: HttpRequest, key: str, name: str) -> HttpResponse | None:
    if not thumbnails.is_key(key):
        return None
    etag = f'"{PurePosixPath(name).stem}"'
    if request.headers.get("If-None-Match") == etag:
        return _kept(HttpResponse(status=304), etag)
    data = storing.read(thumbnails.storage(), name)
    return _kept(HttpResponse(data, content_type="image/webp"), etag) if data else None


def _made(
    request: HttpRequest,
    pk: int,
    key: str,
    make: Callable[[Image], str],
    name: Callable[[str], str],
    place: Callable[[str], str],
) -> HttpResponse:
    """What `make` makes: itself where the file's true key was asked for, else the way there."""
    image = Image.objects.select_related("folder__root").filter(pk=pk).first()
    if image is None:
        return _picture("thumbnails/absent.svg")
    try:
        true_key = make(image)
    except UndecodableImage:
        return _picture("thumbnails/undecodable.svg")
    except NotFound:
        return _picture("thumbnails/absent.svg")
    found = _stored(request, key, name(key)) if key == true_key else None
    if found:
        return found
    response = redirect(place(true_key))
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _true_key(image: Image, size: int) -> str:
    """Of a thumbnail that is there: the row's where it is, else made from the file."""
    place, key = thumbnails.storage(), thumbnails.key(image)
    if thumbnails.is_key(key) and storing.exists(place, thumbnails.name(key, size)):
        return key
    return ensure(image)


def _kept(response: HttpResponse, etag: str) -> HttpResponse:
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = _FOR_GOOD
    return response


def _picture(template: str) -> HttpResponse:
    """Browsers show the body of a 404 where it is a picture."""
    svg = loader.get_template(template).render()
    response = HttpResponse(svg, content_type="image/svg+xml", status=404)
    response.headers["Cache-Control"] = _FOR_A_MINUTE
    return response
