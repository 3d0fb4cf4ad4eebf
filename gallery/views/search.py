"""What helps at the query bar: completion while one types, facets of the result, the manual."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from dtoolkit.core.htmx import render_page
from gallery.models import Collection
from gallery.search import completing, facets
from gallery.search.keywords import registry
from gallery.search.keywords.registry import Keyword
from gallery.search.query import ResultQuery

_LONGEST = 2000


@require_safe
def suggest(request: HttpRequest, slug: str) -> HttpResponse:
    """Completions of `text`, which ends at the caret."""
    collection = get_object_or_404(Collection, slug=slug)
    text = request.GET.get("text", "").replace("\0", " ")[-_LONGEST:]
    offset = max(0, len(request.GET.get("text", "")) - _LONGEST)
    completions = completing.complete(text, collection)
    context = {"completions": completions, "offset": offset}
    return render(request, "library/_completions.html", context)


@dataclass(frozen=True, slots=True)
class Choice:
    value: facets.FacetValue
    include: str
    exclude: str


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    choices: list[Choice]


@require_safe
def narrow(request: HttpRequest, slug: str) -> HttpResponse:
    """The facets of the result that the query string names."""
    collection = get_object_or_404(Collection, slug=slug)
    query = ResultQuery.from_params(request.GET, collection)
    found = facets.of(query)
    groups = [
        Group(
            facet.title,
            [
                Choice(
                    value,
                    query.narrowed(value.term).querystring(),
                    query.narrowed(f"-{value.term}").querystring(),
                )
                for value in facet.values
            ],
        )
        for facet in found.facets
    ]
    context = {"groups": groups, "is_exact": found.is_exact, "collection": collection}
    return render_page(request, "library/facets.html", context, fragment="library/_facets.html")


@require_safe
def manual(request: HttpRequest, slug: str) -> HttpResponse:
    """All keywords, as the registry has them."""
    collection = get_object_or_404(Collection, slug=slug)
    context = {"groups": list(_by_group()), "collection": collection}
    return render_page(
        request, "library/search_help.html", context, fragment="library/_search_help_dialog.html"
    )


def _by_group() -> Iterator[tuple[str, list[Keyword]]]:
    groups: dict[str, list[Keyword]] = {}
    for keyword in registry.every().values():
        groups.setdefault(keyword.group, []).append(keyword)
    yield from groups.items()
