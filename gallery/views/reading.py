"""Reading one image's file again, whatever was read of it before."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from dtoolkit.core import paths
from gallery.models import Image
from gallery.services import rebuild


@require_POST
def read_again(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Answers with what waits for the end and then shows the details as they are."""
    image = get_object_or_404(Image, pk=pk, collection__slug=slug)
    rebuild.start_images([image.pk])
    if not getattr(request, "htmx", False):
        return redirect("image", slug, pk)
    response = render(request, "image/_reading.html", {"image": image, "slug": slug})
    trigger_client_event(response, "jobs:changed", {})
    toast = {"text": f"Reading {paths.display(image.name)} again."}
    return trigger_client_event(response, "toast", toast)
