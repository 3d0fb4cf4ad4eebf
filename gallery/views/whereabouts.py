"""From an image to where it lies."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from gallery.models import Image
from gallery.search import results
from gallery.search.query import ResultQuery


@require_safe
def folder(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Its folder in the library, at the image itself."""
    images = Image.objects.select_related("collection")
    image = get_object_or_404(images, pk=pk, collection__slug=slug)
    query = ResultQuery(image.collection, folder=image.folder_id)
    params = {"folder": image.folder_id, "at": results.cursor_of(query, image)}
    return redirect(f"{reverse('library', args=[slug])}?{urlencode(params)}")
