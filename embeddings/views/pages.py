"""The embeddings page: how far each space is, live, and what could not be embedded."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dtoolkit.core.errors import BadInput, NotFound
from dtoolkit.core.htmx import render_page
from embeddings.services import failures, lines, readiness
from embeddings.spaces import SPACES, EmbeddingSpace

BUSY_POLL_S = 2
IDLE_POLL_S = 15
PAGE_SIZE = 50


@never_cache
@require_safe
def spaces(request: HttpRequest) -> HttpResponse:
    """Also answers the part that keeps itself up to date alone."""
    every, first = lines.every(), lines.first()
    is_busy = bool(first) or any(line.jobs or line.building for line in every)
    context: dict[str, Any] = {
        "lines": every,
        "first": first,
        "poll_s": BUSY_POLL_S if is_busy else IDLE_POLL_S,
        "has_libraries": readiness.has_libraries(),
        "is_bare": all(line.hindrance for line in every),
    }
    return render_page(request, "embeddings/page.html", context, fragment="embeddings/_lines.html")


@never_cache
@require_safe
def failed_spaces(request: HttpRequest) -> HttpResponse:
    """Which spaces have failures, and how many; each opens to its own."""
    return render(request, "embeddings/_failures.html", {"groups": failures.counts()})


@never_cache
@require_safe
def failed_texts(request: HttpRequest, name: str) -> HttpResponse:
    """A page of a space's failures."""
    space = space_named(name)
    failed = failures.of(space)
    if "before" in request.GET:
        failed = failed.filter(pk__lt=number(request.GET["before"]))
    page = list(failed[: PAGE_SIZE + 1])
    context = {
        "space": space,
        "failed": failures.with_texts(space, page[:PAGE_SIZE]),
        "has_more": len(page) > PAGE_SIZE,
    }
    return render(request, "embeddings/_failed.html", context)


def space_named(name: str) -> EmbeddingSpace:
    """Raises `NotFound`."""
    try:
        return SPACES[name]
    except KeyError:
        raise NotFound(f"There is no space {name}.") from None


def number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise BadInput("That failure is not in the list any more. Reload the page.")
    return int(text)
