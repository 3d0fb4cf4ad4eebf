"""The folders of a library: how each one is, and the acts that need no words first."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from dtoolkit.core import paths
from dtoolkit.core.htmx import render_page
from gallery.models import Collection, LibraryRoot
from gallery.services import roots
from gallery.views import root_states

POLL_S = 4


@require_safe
def default(request: HttpRequest) -> HttpResponse:
    """The short address leads to the default collection's page."""
    return redirect("roots", settings.ENV.collection)


@never_cache
@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    collection = get_object_or_404(Collection, slug=slug)
    context: dict[str, Any] = {
        "collection": collection,
        "slug": slug,
        "standings": root_states.of_all(collection),
        "poll_s": POLL_S,
    }
    return render_page(request, "folders/page.html", context, fragment="folders/_roots.html")


@never_cache
@require_safe
def states(request: HttpRequest, slug: str) -> HttpResponse:
    """Only what changes by itself, each into its place on the page."""
    collection = get_object_or_404(Collection, slug=slug)
    context = {"standings": root_states.of_all(collection, with_treated=False), "slug": slug}
    return render(request, "folders/_states.html", context)


@require_POST
def scan(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """With `rebuild` everything is read again, though it may look unchanged."""
    root = get_object_or_404(LibraryRoot, pk=pk, collection__slug=slug)
    is_rebuild = request.POST.get("rebuild") == "1"
    roots.start_scan(root, rebuild=is_rebuild)
    name = paths.display(root.name)
    said = f"Reading all of {name} again." if is_rebuild else f"Looking through {name}."
    return done(request, slug, said)


def done(
    request: HttpRequest,
    slug: str,
    said: str,
    *,
    undo_url: str = "",
    undo_value: str = "",
    is_tree_changed: bool = False,
) -> HttpResponse:
    """What every act on folders answers: the news for HTMX, the page again without it."""
    if not getattr(request, "htmx", False):
        return redirect("roots", slug)
    response = HttpResponse(status=204)
    toast = {"text": said}
    if undo_url:
        toast |= {"undo_url": undo_url, "undo_value": undo_value}
    trigger_client_event(response, "toast", toast)
    trigger_client_event(response, "roots:changed", {})
    if is_tree_changed:
        trigger_client_event(response, "tree:changed", {})
    return trigger_client_event(response, "jobs:changed", {})
