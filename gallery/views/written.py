"""Words into files as people go: switched on the settings page, which tells how many wait."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from gallery import preferences
from gallery.models import Collection, StageFailure
from gallery.preferences import WRITE_WORDS
from gallery.tasks.written import WriteWaiting
from gallery.written import waiting


@never_cache
@require_safe
def state(request: HttpRequest, slug: str) -> HttpResponse:
    collection = get_object_or_404(Collection, slug=slug)
    return render(request, "settings/_words_in_files.html", context(collection))


@require_POST
def switch(request: HttpRequest, slug: str) -> HttpResponse:
    """`value` is 1 or nothing."""
    get_object_or_404(Collection, slug=slug)
    is_on = preferences.put(WRITE_WORDS, request.POST.get("value", ""))
    text = "What you say goes into the files from now on" if is_on else "Files are left as they are"
    return _answer(request, slug, text)


@require_POST
def write_all(request: HttpRequest, slug: str) -> HttpResponse:
    """All that was said before, and what waits: now."""
    collection = get_object_or_404(Collection, slug=slug)
    if request.POST.get("what") == "all":
        waiting.collect_all(collection)
    enqueue(WriteWaiting.name, {})
    return _answer(request, slug, "Writing into files. The line below tells how far it is.")


def context(collection: Collection) -> dict[str, Any]:
    failed = StageFailure.objects.filter(stage=waiting.STAGE, image__collection=collection)
    return {
        "slug": collection.slug,
        "is_on": preferences.get(WRITE_WORDS),
        "waiting": waiting.rows(collection).count(),
        "failed": failed.count(),
        "stage": waiting.STAGE,
        "is_writing": Job.objects.filter(kind=WriteWaiting.name, state__in=Job.ACTIVE).exists(),
    }


def _answer(request: HttpRequest, slug: str, text: str) -> HttpResponse:
    if not getattr(request, "htmx", False):
        return redirect(reverse("settings", args=[slug]) + "#words")
    response = HttpResponse(status=204)
    trigger_client_event(response, "words:changed", {})
    trigger_client_event(response, "jobs:changed", {})
    return trigger_client_event(response, "toast", {"text": text})
