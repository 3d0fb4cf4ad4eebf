"""What the buttons of the embeddings page do; it hears `jobs:changed` and looks again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from dtoolkit.core.errors import BadInput
from dtoolkit.jobs.services import control
from embeddings.services import choosing, failures, lines, readiness, starting
from embeddings.vector_actions import EmbedFirst
from embeddings.views.pages import number, space_named
from gallery.models import Collection


@require_POST
def start(request: HttpRequest, name: str) -> HttpResponse:
    """What the space misses; with `rebuild` = 1 all of it anew."""
    space = space_named(name)
    hindrance = readiness.why_not(space)
    if hindrance:
        raise BadInput(hindrance)
    is_rebuild = request.POST.get("rebuild") == "1"
    starting.start(space, rebuild=is_rebuild)
    verb = "Embedding anew" if is_rebuild else "Embedding"
    return _answer(request, f"{verb}: {space.title}.")


@require_POST
def stop(request: HttpRequest, name: str) -> HttpResponse:
    space = space_named(name)
    for job in lines.running(space):
        control.cancel(job)
    return _answer(request, f"Stopped: {space.title}. What was embedded stays.")


@require_POST
def embed_first(request: HttpRequest, slug: str) -> HttpResponse:
    """What the search `q` finds in the collection, before all others."""
    collection = get_object_or_404(Collection, slug=slug)
    text = request.POST.get("q", "").strip()
    if not text:
        raise BadInput("Say which, in the words of the search: rating:>=8, folder:new, fennec.")
    selection = choosing.of_query(collection, text)
    answer = EmbedFirst().answer(selection, {}, is_here=False)
    return _answer(request, answer.text)


@require_POST
def retry(request: HttpRequest, name: str) -> HttpResponse:
    """One `failure`, or all of the space."""
    failed = failures.of(space_named(name))
    if "failure" in request.POST:
        failed = failed.filter(pk=number(request.POST["failure"]))
    count = failures.retry(failed)
    return _answer(request, f"Trying {count:,} text{'' if count == 1 else 's'} again.")


def _answer(request: HttpRequest, text: str) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("embeddings")
    response = HttpResponse(status=204)
    trigger_client_event(response, "jobs:changed", {})
    return trigger_client_event(response, "toast", {"text": text})
