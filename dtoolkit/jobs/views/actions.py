"""What the buttons of a job do; the page hears `jobs:changed` and looks again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from dtoolkit.core import paths
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import control


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(Job, pk=pk)
    was_active = job.is_active
    control.cancel(job)
    if not was_active:
        return _answer(request, f"{_name(job)} had ended already.")
    undo = reverse("retry-job", args=[pk])
    return _answer(request, f"Cancelled: {_name(job)}. What was saved stays.", undo_url=undo)


@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(Job, pk=pk)
    control.pause(job)
    undo = reverse("resume-job", args=[pk])
    return _answer(request, f"Paused: {_name(job)}.", undo_url=undo)


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(Job, pk=pk)
    control.resume(job)
    return _answer(request, f"Going on: {_name(job)}.")


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    job = control.retry(get_object_or_404(Job, pk=pk))
    return _answer(request, f"Started again: {_name(job)}.")


@require_POST
def clear(request: HttpRequest) -> HttpResponse:
    count = control.clear_finished()
    response = _answer(request, f"{count} finished job{'' if count == 1 else 's'} cleared.")
    return trigger_client_event(response, "jobs:ended", {})


def _answer(request: HttpRequest, text: str, undo_url: str = "") -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("jobs")
    response = HttpResponse(status=204)
    trigger_client_event(response, "jobs:changed", {})
    toast = {"text": text, "undo_url": undo_url, "undo_value": ""} if undo_url else {"text": text}
    return trigger_client_event(response, "toast", toast)


def _name(job: Job) -> str:
    return paths.display(job.description)
