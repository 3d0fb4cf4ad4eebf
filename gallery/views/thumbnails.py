"""Thumbnails over HTTP: one that exists is served without asking the database anything."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import redirect
from django.template import loader
from django.views.decorators.http import require_safe

from dtoolkit.core.errors import NotFound
from gallery.media import storing, thumbnails
from gallery.media.decoding import UndecodableImage
from gallery.models import Image
from gallery.services.thumbnails import ensure

_FOR_GOOD = "private, max-age=31536000, immutable"
_FOR_A_MINUTE = "private, max-age=60"


@require_safe
def thumbnail(request: HttpRequest, pk: int, size: int, key: str) -> HttpResponse:
    """The key names the content, so what it answers never changes."""
    if size not in thumbnails.SIZES:
        return HttpResponseNotFound("No such size.", content_type="text/plain")
    etag = f'"{key}-{size}"'
    if thumbnails.is_key(key):
        if request.headers.get("If-None-Match") == etag:
            return _kept(HttpResponse(status=304), etag)
        if data := _stored(key, size):
            return _kept(HttpResponse(data, content_type="image/webp"), etag)
    image = Image.objects.select_related("folder__root").filter(pk=pk).first()
    if image is None:
        return _picture("thumbnails/absent.svg")
    try:
        true_key = _true_key(image, size)
    except UndecodableImage:
        return _picture("thumbnails/undecodable.svg")
    except NotFound:
        return _picture("thumbnails/absent.svg")
    data = _stored(key, size) if key == true_key else b""
    if data:
        return _kept(HttpResponse(data, content_type="image/webp"), etag)
    response = redirect("thumbnail", pk, size, true_key)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _true_key(image: Image, size: int) -> str:
    """Of a thumbnail that is there: the row's where it is, else made from the file."""
    place, key = thumbnails.storage(), thumbnails.key(image)
    if thumbnails.is_key(key) and storing.exists(place, thumbnails.name(key, size)):
        return key
    return ensure(image)


def _stored(key: str, size: int) -> bytes:
    return storing.read(thumbnails.storage(), thumbnails.name(key, size))


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
