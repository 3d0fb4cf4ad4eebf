"""Prompts: the unique texts of the library, the images of each, those like it, and acts on the
images of several."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dtoolkit.core.errors import BadInput
from dtoolkit.core.htmx import render_page
from gallery.models import Collection, Prompt
from gallery.services import prompts, similar_prompts
from gallery.services.prompts import Line, PromptQuery
from gallery.views import on_images

_MOST_CHOSEN = 500


@dataclass(frozen=True, slots=True)
class Row:
    line: Line
    url: str
    similarity: int = 0


@never_cache
@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """The page; for HTMX the list alone, or with `?after=` its next rows."""
    collection = get_object_or_404(Collection, slug=slug)
    query = PromptQuery.from_params(request.GET)
    after = request.GET.get("after", "")
    page = query.page(collection, after)
    context: dict[str, Any] = {
        "collection": collection,
        "slug": slug,
        "query": query,
        "rows": [Row(line, _images_url(slug, query, line)) for line in page.lines],
        "more": f"{query.querystring()}&{urlencode({'after': page.cursor})}" if page.cursor else "",
        "is_ordered": page.is_ordered,
        "is_fragment": bool(getattr(request, "htmx", False)),
    }
    if after and context["is_fragment"]:
        return render(request, "prompts/_rows.html", context)
    response = render_page(request, "prompts/page.html", context, fragment="prompts/_found.html")
    if context["is_fragment"]:
        response.headers["HX-Replace-Url"] = reverse("prompts", args=[slug]) + query.querystring()
    return response


@never_cache
@require_safe
def similar(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Those like the prompt `pk`, `at_least` so many hundredths."""
    collection = get_object_or_404(Collection, slug=slug)
    prompt = get_object_or_404(Prompt, pk=pk)
    query = PromptQuery.from_params(request.GET)
    at_least = _share(request.GET.get("at_least", ""))
    found = similar_prompts.like(prompt, collection, query, at_least)
    own = Line(prompt, query.counts(collection, [pk]).get(pk, 0))
    context = {
        "collection": collection,
        "slug": slug,
        "query": query,
        "prompt": prompt,
        "own": Row(own, _images_url(slug, query, own)),
        "at_least": at_least,
        "least": similar_prompts.LEAST,
        "most": similar_prompts.MOST,
        "rows": [
            Row(each.line, _images_url(slug, query, each.line), each.similarity) for each in found
        ],
        "more": "",
    }
    return render_page(request, "prompts/similar.html", context, fragment="prompts/_similar.html")


@require_POST
def act(request: HttpRequest, slug: str) -> HttpResponse:
    """What can be done with the images of the chosen prompts: a bar over them as a selection."""
    collection = get_object_or_404(Collection, slug=slug)
    query = PromptQuery.from_params(request.POST)
    ids = on_images.chosen(request.POST, _MOST_CHOSEN)
    images = prompts.images_of(collection, ids, query)
    return on_images.bar(request, collection, images, f"{len(ids):,} prompt", len(ids))


def _images_url(slug: str, query: PromptQuery, line: Line) -> str:
    return f"{reverse('library', args=[slug])}?{query.parameter}={line.prompt.pk}"


def _share(text: str) -> int:
    if not text:
        return similar_prompts.DEFAULT
    if text.isascii() and text.isdigit() and len(text) < 4:
        value = int(text)
        if similar_prompts.LEAST <= value <= similar_prompts.MOST:
            return value
    raise BadInput(f"at_least is a number from {similar_prompts.LEAST} to {similar_prompts.MOST}.")
