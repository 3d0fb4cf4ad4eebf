"""What a person does with folders of model files: add, scan, have hashes computed, forget."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from dtoolkit.core import paths
from dtoolkit.core.errors import AppError
from gallery.models import Resource, ResourceFolder
from gallery.services import resources
from gallery.views import picker


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    picker.only_for_people_here(request)
    if request.method != "POST":
        return _form(request, "")
    path, kind = request.POST.get("path", "").strip(), request.POST.get("kind", "")
    try:
        folder = resources.add(paths.from_text(path), kind)
    except AppError as error:
        return _form(request, path, kind=kind, problem=error.message, status=error.status)
    resources.start_scan(folder)
    return redirect("resources")


@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    resources.start_scans()
    return _done(request, "Looking for new model files.")


@require_POST
def hash_files(request: HttpRequest) -> HttpResponse:
    resources.start_hashing(everything=True)
    return _done(request, "Computing hashes. Whole files are read, so this takes a while.")


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    resources.remove(get_object_or_404(ResourceFolder, pk=pk))
    return redirect("resources")


def _form(
    request: HttpRequest, path: str, *, kind: str = "", problem: str = "", status: int = 200
) -> HttpResponse:
    context = {
        **picker.context(path),
        "kinds": Resource.Kind.choices,
        "kind": kind,
        "problem": problem,
    }
    return render(request, "resources/add.html", context, status=status)


def _done(request: HttpRequest, text: str) -> HttpResponse:
    if not getattr(request, "htmx", False):
        return redirect("resources")
    response = HttpResponse(status=204)
    trigger_client_event(response, "jobs:changed", {})
    return trigger_client_event(response, "toast", {"text": text})
