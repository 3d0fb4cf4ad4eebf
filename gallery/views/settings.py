"""The settings: one column of sentences. What belongs to this browser is chosen by its scripts."""

from typing import Any

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from dtoolkit.core.errors import AppError
from dtoolkit.core.htmx import render_page
from gallery import preferences
from gallery.media import thumbnails
from gallery.models import Collection, Folder, LibraryRoot
from gallery.preferences import NSFW_WORDS
from gallery.services import history, nsfw_words, thumbnail_rebuild
from gallery.views import asking, written

_REFUSED = 422


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """POST keeps the words; everything else on the page has a door of its own."""
    collection = get_object_or_404(Collection, slug=slug)
    problem, written, is_saved = "", None, False
    if request.method == "POST":
        written = request.POST.get(NSFW_WORDS.name, "")
        try:
            preferences.put(NSFW_WORDS, written)
            is_saved, written = True, None
        except AppError as error:
            problem = error.message
        if is_saved and not getattr(request, "htmx", False):
            return redirect(reverse("settings", args=[slug]) + "#nsfw")
    context = {**_context(collection), "problem": problem, "is_saved": is_saved}
    if written is not None:
        context["written"] = written
    status = _REFUSED if problem else 200
    template, fragment = "settings/page.html", "settings/_words.html"
    response = render_page(request, template, context, fragment=fragment, status=status)
    if is_saved:
        trigger_client_event(response, "toast", {"text": "NSFW words saved"})
    return response


@never_cache
@require_safe
def nsfw_words_count(request: HttpRequest, slug: str) -> HttpResponse:
    """How many images wait for the mark that the words would give them."""
    count = nsfw_words.count(get_object_or_404(Collection, slug=slug))
    context = {"slug": slug, "count": count, "words": preferences.get(NSFW_WORDS)}
    return render(request, "settings/_words_count.html", context)


@require_POST
def mark_nsfw(request: HttpRequest, slug: str) -> HttpResponse:
    collection = get_object_or_404(Collection, slug=slug)
    entry = history.perform_on("nsfw-by-words", {}, collection, asking.person_of(request))
    if not getattr(request, "htmx", False):
        return redirect(reverse("settings", args=[slug]) + "#nsfw")
    return trigger_client_event(HttpResponse(status=204), "toast", asking.toast(entry, slug))


@require_POST
def make_thumbnails(request: HttpRequest, slug: str) -> HttpResponse:
    thumbnail_rebuild.start(get_object_or_404(Collection, slug=slug))
    return _done(request, slug, "Making all thumbnails again.", "thumbnails")


def _done(request: HttpRequest, slug: str, said: str, place: str) -> HttpResponse:
    if not getattr(request, "htmx", False):
        return redirect(reverse("settings", args=[slug]) + f"#{place}")
    response = HttpResponse(status=204)
    text = f"{said} The line below tells how far it is."
    return trigger_client_event(response, "toast", {"text": text})


def _context(collection: Collection) -> dict[str, Any]:
    roots = LibraryRoot.objects.filter(collection=collection).order_by("name")
    folders = Folder.objects.filter(root__collection=collection)
    words = preferences.get(NSFW_WORDS)
    return {
        "collection": collection,
        "slug": collection.slug,
        "roots": list(roots),
        "image_count": folders.aggregate(total=Sum("image_count"))["total"] or 0,
        "treated_count": folders.exclude(treatment="").count(),
        "setting": NSFW_WORDS,
        "words": words,
        "written": ", ".join(words),
        "suggested": ", ".join(preferences.SUGGESTED_NSFW_WORDS),
        "in_files": written.context(collection),
        "sizes": sorted(thumbnails.SIZES),
        "quality": thumbnails.QUALITY,
    }
