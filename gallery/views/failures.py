"""What could not be done, by stage, with the reason and Retry; and how far all the rest is."""

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from dtoolkit.core.errors import BadInput
from dtoolkit.core.htmx import render_page
from dtoolkit.jobs.services import listing as jobs
from gallery.models import Collection, StageFailure
from gallery.services import failures, progress
from gallery.written import waiting

PAGE_SIZE = 50
BUSY_POLL_S = 4
IDLE_POLL_S = 60


@never_cache
@require_safe
def listing(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """The stages with their counts; with `?stage=` one page of that stage's failures."""
    failed = _failed(slug)
    stage = request.GET.get("stage")
    if stage is not None:
        return _page(request, failed.filter(stage=stage), stage, slug)
    groups = failed.order_by("stage").values("stage").annotate(count=Count("pk"))
    context = {"groups": groups, "slug": slug}
    return render_page(request, "failures/page.html", context, fragment="failures/_panel.html")


@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """One `failure`, or all of a `stage`; within the collection `slug` where it is given."""
    failed = _failed(request.POST.get("slug") or None)
    if "failure" in request.POST:
        failed = failed.filter(pk=_number(request.POST["failure"]))
    else:
        failed = failed.filter(stage=request.POST.get("stage", ""))
    count = failures.retry(failed)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("all-failures")
    response = HttpResponse(status=204)
    trigger_client_event(response, "jobs:changed", {})
    text = f"Trying {count:,} image{'' if count == 1 else 's'} again."
    return trigger_client_event(response, "toast", {"text": text})


@never_cache
@require_safe
def pipeline(request: HttpRequest, slug: str) -> HttpResponse:
    """The strip: found, read, thumbnails, hashes."""
    collection = get_object_or_404(Collection, slug=slug)
    poll_s = BUSY_POLL_S if jobs.active().exists() else IDLE_POLL_S
    context = {
        "collection": collection,
        "steps": progress.steps(collection),
        "poll_s": poll_s,
        "waiting": waiting.rows(collection).count(),
    }
    return render(request, "failures/_pipeline.html", context)


def _failed(slug: str | None) -> QuerySet[StageFailure]:
    failed = StageFailure.objects.filter(image__is_available=True)
    if slug is None:
        return failed
    return failed.filter(image__collection=get_object_or_404(Collection, slug=slug))


def _page(
    request: HttpRequest, failed: QuerySet[StageFailure], stage: str, slug: str | None
) -> HttpResponse:
    if "before" in request.GET:
        failed = failed.filter(pk__lt=_number(request.GET["before"]))
    rows = failed.select_related("image__folder__root", "image__collection").order_by("-pk")
    page = list(rows[: PAGE_SIZE + 1])
    context = {
        "failures": page[:PAGE_SIZE],
        "has_more": len(page) > PAGE_SIZE,
        "stage": stage,
        "slug": slug,
    }
    return render(request, "failures/_rows.html", context)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise BadInput("That failure is not in the list any more. Reload the page.")
    return int(text)
