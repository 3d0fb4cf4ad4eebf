"""The networks: what each is for, whether it is there, and how to get it."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from dtoolkit.core import paths
from dtoolkit.core.errors import AppError, NotFound
from dtoolkit.core.htmx import render_page
from dtoolkit.inference import specs
from dtoolkit.inference.loading import LIBRARIES
from dtoolkit.inference.specs import Spec
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from embeddings.network_tasks import DOWNLOAD, INSTALL
from embeddings.services import finding, in_memory, networks, readiness
from gallery.views import picker


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    finding.refresh()
    context = _context()
    return render_page(request, "networks/page.html", context, fragment="networks/_list.html")


@require_POST
def download(request: HttpRequest, key: str) -> HttpResponse:
    spec = _spec(key)
    enqueue(DOWNLOAD, {"network": spec.key})
    return _done(request, f"Downloading {spec.title}.")


@require_POST
def install(request: HttpRequest) -> HttpResponse:
    picker.only_for_people_here(request)
    enqueue(INSTALL, {})
    return _done(request, "Installing the libraries that run networks.")


@require_POST
def release(request: HttpRequest) -> HttpResponse:
    in_memory.ask_to_release()
    return _done(request, "Asked: what is idle leaves the memory within seconds.")


@require_POST
def use(request: HttpRequest, key: str) -> HttpResponse:
    """A file or folder on this machine, as a person typed it; empty takes the choice back."""
    picker.only_for_people_here(request)
    spec, path = _spec(key), request.POST.get("path", "").strip()
    try:
        if path:
            finding.use(key, Path(paths.from_text(path)))
        else:
            finding.forget(key)
    except AppError as error:
        context = {**_context(), "problem_of": key, "problem": error.message, "typed": path}
        return render(request, "networks/page.html", context, status=error.status)
    return _done(request, f"{spec.title}: {'found' if path else 'the usual places count again'}.")


@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    """A models folder of ComfyUI."""
    picker.only_for_people_here(request)
    path = request.POST.get("path", "").strip()
    try:
        found = finding.scan(Path(paths.from_text(path)).expanduser())
    except AppError as error:
        context = {**_context(), "problem_of": "scan", "problem": error.message, "typed": path}
        return render(request, "networks/page.html", context, status=error.status)
    titles = ", ".join(specs.get(key).title for key in found)
    return _done(request, f"Found {titles}." if found else "Nothing new was found there.")


def _spec(key: str) -> Spec:
    if key not in specs.every():
        raise NotFound("There is no such network.")
    return specs.get(key)


def _context() -> dict[str, object]:
    loaded = in_memory.all_processes()
    shown = [
        (each, [held for held in loaded if held.network == each.spec.key])
        for each in networks.standing()
    ]
    active = Job.objects.filter(kind=INSTALL, state__in=[Job.State.QUEUED, Job.State.RUNNING])
    return {
        "networks": shown,
        "has_libraries": readiness.has_libraries(),
        "libraries": LIBRARIES,
        "installing": active.first(),
        "is_anything_held": bool(loaded),
        "is_live": bool(loaded) or active.exists() or any(each.download for each, _ in shown),
    }


def _done(request: HttpRequest, text: str) -> HttpResponse:
    if not getattr(request, "htmx", False):
        return redirect("networks")
    response = render(request, "networks/_list.html", _context())
    trigger_client_event(response, "jobs:changed", {})
    return trigger_client_event(response, "toast", {"text": text})
