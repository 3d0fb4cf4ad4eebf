"""Negatives that worked, of an image and of a prompt."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dtoolkit.core.errors import Unavailable
from dtoolkit.core.htmx import render_page
from embeddings.services import negatives
from embeddings.services.negatives import Advice
from gallery.models import Collection, Image, Prompt


@never_cache
@require_safe
def of_image(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    images = Image.objects.filter(collection__slug=slug).select_related("collection")
    image = get_object_or_404(images, pk=pk)
    return _page(request, slug, str(image), lambda: negatives.for_image(image))


@never_cache
@require_safe
def of_prompt(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    collection = get_object_or_404(Collection, slug=slug)
    prompt = get_object_or_404(Prompt, pk=pk)
    return _page(request, slug, str(prompt), lambda: negatives.for_prompt(prompt, collection))


def _page(request: HttpRequest, slug: str, of: str, find: Callable[[], Advice]) -> HttpResponse:
    context: dict[str, Any] = {
        "slug": slug,
        "of": of,
        "well": negatives.WELL,
        "least": negatives.LEAST_RATED,
    }
    try:
        context["advice"] = find()
    except Unavailable as error:
        context["away"] = error.message
    fragment = "negatives/_negatives.html"
    return render_page(request, "negatives/page.html", context, fragment=fragment)
