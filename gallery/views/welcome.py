"""The first run: one folder, or the demo; and the scan that a person asks for later."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from dtoolkit.core import paths
from dtoolkit.core.access import is_at_this_machine
from dtoolkit.core.errors import AppError
from gallery.models import Collection, LibraryRoot
from gallery.services import demo, roots
from gallery.views import picker


@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    return _page(request, path="")


@require_safe
def folder_picker(request: HttpRequest) -> HttpResponse:
    """The picker at the folder `path`; what is wrong with it is said inside."""
    picker.only_for_people_here(request)
    return render(request, "welcome/_picker.html", picker.context(request.GET.get("path", "")))


@require_POST
def add_root(request: HttpRequest, slug: str) -> HttpResponse:
    """Adds the folder and starts its scan; the library fills while one looks."""
    picker.only_for_people_here(request)
    path = request.POST.get("path", "").strip()
    collection = roots.collection(slug)
    try:
        root = roots.add(collection, paths.from_text(path))
    except AppError as error:
        return _page(request, path=path, problem=error.message, status=error.status)
    roots.start_scan(root)
    return redirect("library", collection.slug)


@require_POST
def make_demo(request: HttpRequest) -> HttpResponse:
    demo.start(settings.ENV.collection)
    return redirect("library", settings.ENV.collection)


@require_POST
def scan(request: HttpRequest, slug: str) -> HttpResponse:
    collection = get_object_or_404(Collection, slug=slug)
    for root in LibraryRoot.objects.filter(collection=collection):
        roots.start_scan(root)
    if request.headers.get("HX-Request"):
        toast = {"text": "Looking for new images."}
        return trigger_client_event(
            trigger_client_event(HttpResponse(status=204), "toast", toast), "jobs:changed", {}
        )
    return redirect("library", slug)


def _page(request: HttpRequest, *, path: str, problem: str = "", status: int = 200) -> HttpResponse:
    picker.only_for_people_here(request)
    context = {
        "slug": settings.ENV.collection,
        "has_roots": LibraryRoot.objects.exists(),
        "may_make_account": is_at_this_machine(request)
        and not get_user_model().objects.filter(is_active=True).exists(),
        "problem": problem,
        **picker.context(path),
    }
    return render(request, "welcome/page.html", context, status=status)
