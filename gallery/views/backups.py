"""Backups: made, fetched, taken in, looked at and restored."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from dtoolkit.core.errors import AppError, BadInput
from dtoolkit.core.htmx import render_page
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from gallery import preferences
from gallery.backup import folders, previews, restoring, taking, waiting
from gallery.backup.act import RestoreBackup
from gallery.backup.options import Options, Prefer
from gallery.backup.taking import Taken
from gallery.models import Collection, HistoryEntry
from gallery.services import history
from gallery.views import asking

_REFUSED = 422
_LATEST = 3
_WORDS = {
    Prefer.LIBRARY: "the library's word stays",
    Prefer.BACKUP: "the backup's word counts",
    Prefer.NEWER: "the newer word counts, where its time is known",
}


@never_cache
@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, get_object_or_404(Collection, slug=slug))


@require_POST
def make(request: HttpRequest, slug: str) -> HttpResponse:
    collection = get_object_or_404(Collection, slug=slug)
    enqueue("backup", {"collection_id": collection.pk})
    if not getattr(request, "htmx", False):
        return redirect("backups", slug)
    text = "Backing up. The line below tells how far it is."
    return trigger_client_event(HttpResponse(status=204), "toast", {"text": text})


@require_POST
def daily(request: HttpRequest, slug: str) -> HttpResponse:
    """`value` is 1 or nothing."""
    get_object_or_404(Collection, slug=slug)
    is_on = preferences.put(preferences.DAILY_BACKUP, request.POST.get("value", ""))
    if not getattr(request, "htmx", False):
        return redirect("backups", slug)
    text = "A backup is made every day" if is_on else "No backup is made by itself"
    return trigger_client_event(HttpResponse(status=204), "toast", {"text": text})


@never_cache
@require_safe
def fetch(request: HttpRequest, slug: str, name: str) -> FileResponse:
    path = folders.find(get_object_or_404(Collection, slug=slug), name)
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=name, content_type="application/gzip"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
def take(request: HttpRequest, slug: str) -> HttpResponse:
    """A `file` from elsewhere, or one that was made here by its `name`."""
    collection = get_object_or_404(Collection, slug=slug)
    try:
        taken = _taken(request, collection)
    except AppError as error:
        return _page(request, collection, error.message)
    return redirect("restore", slug, taken.token)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """What it would do with `prefer` and `by_path`; POST does it."""
    collection = get_object_or_404(Collection, slug=slug)
    taken = taking.taken(token)
    options = _options(request)
    if request.method == "POST":
        entry = restoring.start(taken, collection, options, asking.person_of(request))
        address = reverse("backups", args=[slug])
        return redirect(address if entry.pk else f"{address}?unchanged=1")
    tally = previews.of(taken, collection, options)
    context = {
        "collection": collection,
        "slug": slug,
        "taken": taken,
        "options": options,
        "words": _WORDS,
        "tally": tally,
        # A counter answers a template's `items` with zero.
        "given": dict(tally.given) if tally else {},
        "conflicts": dict(tally.conflicts) if tally else {},
    }
    fragment = "backups/_preview.html"
    return render_page(request, "backups/restore.html", context, fragment=fragment)


@require_POST
def forget(request: HttpRequest, slug: str) -> HttpResponse:
    """Words that wait for images, by the `name` of their file."""
    collection = get_object_or_404(Collection, slug=slug)
    waiting.forget(collection, request.POST.get("name", ""))
    return redirect("backups", slug)


def _page(request: HttpRequest, collection: Collection, problem: str = "") -> HttpResponse:
    history.settle_dead(collection)
    acts = HistoryEntry.objects.filter(collection=collection, action=RestoreBackup.name)
    context: dict[str, Any] = {
        "collection": collection,
        "slug": collection.slug,
        "kept": folders.kept(collection),
        "most_kept": folders.KEPT,
        "waiting": waiting.headers(collection),
        "acts": list(acts.order_by("-pk")[:_LATEST]),
        "is_making": Job.objects.filter(kind="backup", state__in=Job.ACTIVE).exists(),
        "is_unchanged": request.GET.get("unchanged") == "1",
        "is_daily": preferences.get(preferences.DAILY_BACKUP),
        "problem": problem,
    }
    if problem:
        return render(request, "backups/page.html", context, status=_REFUSED)
    return render_page(request, "backups/page.html", context, fragment="backups/_lists.html")


def _taken(request: HttpRequest, collection: Collection) -> Taken:
    given = request.FILES.get("file")
    if isinstance(given, UploadedFile):
        return taking.take(given)
    name = request.POST.get("name", "")
    if not name:
        raise BadInput("Choose the file of a backup first.")
    with folders.find(collection, name).open("rb") as file:
        return taking.take(file)


def _options(request: HttpRequest) -> Options:
    values = request.POST if request.method == "POST" else request.GET
    prefer = values.get("prefer", Prefer.LIBRARY)
    if prefer not in {*Prefer}:
        raise BadInput(f"`prefer` is one of {', '.join(Prefer)}.")
    return Options(Prefer(prefer), values.get("by_path") == "1")
