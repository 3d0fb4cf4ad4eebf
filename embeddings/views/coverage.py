"""How far the spaces are, for the gallery's dashboard; the page itself without HTMX."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from embeddings.services import lines
from gallery.models import Collection


@never_cache
@require_safe
def panel(request: HttpRequest, slug: str) -> HttpResponse:
    get_object_or_404(Collection, slug=slug)
    if not getattr(request, "htmx", False):
        return redirect("embeddings")
    return render(request, "embeddings/_coverage.html", {"lines": lines.every()})
