"""The jobs page and the line at the foot of every page; both keep themselves up to date."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from dtoolkit.core.htmx import render_page
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import listing

BUSY_POLL_S = 2
IDLE_POLL_S = 15
FINISHED_SHOWN = 50


@never_cache
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """Also answers the running part alone, which asks again and says which jobs it last showed."""
    active = list(listing.active())
    context: dict[str, Any] = {
        "active": active,
        "seen": "-".join(str(job.pk) for job in active),
        "poll_s": BUSY_POLL_S if active else IDLE_POLL_S,
    }
    if not request.htmx:  # type: ignore[attr-defined]
        context["finished"] = listing.finished()[:FINISHED_SHOWN]
    response = render_page(request, "jobs/page.html", context, fragment="jobs/_active.html")
    if request.GET.get("seen", context["seen"]) != context["seen"]:
        trigger_client_event(response, "jobs:ended", {})
    return response


@never_cache
@require_safe
def finished_jobs(request: HttpRequest) -> HttpResponse:
    return render(request, "jobs/_finished.html", {"finished": listing.finished()[:FINISHED_SHOWN]})


@never_cache
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Two queries at most: every page asks this every few seconds."""
    active = list(listing.active())
    job = active[0] if active else listing.finished().first()
    seen = f"{job.pk}-{job.state}" if job else "none"
    before = request.GET.get("seen", seen)
    context = {
        "job": job,
        "more_count": max(0, len(active) - 1),
        "seen": seen,
        "is_first": "seen" not in request.GET,
        "is_news": before != seen,
        "poll_s": BUSY_POLL_S if active else IDLE_POLL_S,
    }
    response = render(request, "jobs/_status.html", context)
    if before != seen and _has_ended(before, active):
        trigger_client_event(response, "jobs:ended", {})
    return response


def _has_ended(seen: str, active: list[Job]) -> bool:
    """Whether what was shown does not go on; or, where it was at rest, something ran meanwhile."""
    pk, _, state = seen.partition("-")
    if state in Job.ACTIVE:
        return pk not in {str(job.pk) for job in active}
    return not active
