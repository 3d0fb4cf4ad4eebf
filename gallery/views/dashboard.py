"""The library in numbers: one page a scope, all of whose bars lead to images."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from dtoolkit.core.errors import BadInput, NotFound
from dtoolkit.core.htmx import render_page
from gallery.dashboard import growth, held, keeping, made, numbers, rated
from gallery.dashboard.choices import MEASURES, PERIODS, TOPS, Choices
from gallery.dashboard.counting import Facts
from gallery.dashboard.keeping import Look
from gallery.dashboard.terms import Links
from gallery.models import Collection
from gallery.search.query import ResultQuery
from gallery.views import filters
from gallery.views.tabs import Tab

_EVENT = "dashboard:counted"


@never_cache
@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    query, choices = _asked(request, slug)
    look = keeping.look(query)
    context = _frame(query, choices, look)
    if look.facts is not None and look.facts["totals"]["count"]:
        context |= _figures(query, choices, look.facts)
    return render_page(request, "dashboard/page.html", context, fragment="dashboard/_figures.html")


@require_POST
def count(request: HttpRequest, slug: str) -> HttpResponse:
    """Begins to count anew; the address says what."""
    query, choices = _asked(request, slug)
    keeping.count_anew(query)
    if not getattr(request, "htmx", False):
        return redirect(_address(query, choices))
    return _state(request, query, choices)


@never_cache
@require_safe
def state(request: HttpRequest, slug: str) -> HttpResponse:
    """How far the counting is; asked for again while it goes on."""
    query, choices = _asked(request, slug)
    return _state(request, query, choices)


def _state(request: HttpRequest, query: ResultQuery, choices: Choices) -> HttpResponse:
    """Has the page show the new numbers once nothing counts any more."""
    look = keeping.look(query)
    response = render(request, "dashboard/_state.html", _frame(query, choices, look))
    return response if look.job else trigger_client_event(response, _EVENT, {})


@never_cache
@require_safe
def download(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The numbers as they were counted last."""
    query, _ = _asked(request, slug)
    look = keeping.look(query)
    if look.facts is None or look.made_at is None:
        raise NotFound("Nothing was counted yet. Open the dashboard, which counts it.")
    name = f"{slug}-{look.made_at:%Y-%m-%d}.{kind}"
    if kind == "csv":
        response = HttpResponse(numbers.as_csv(look.facts), content_type="text/csv; charset=utf-8")
    elif kind == "json":
        rows = list(numbers.rows(look.facts))
        told = {"as_of": look.made_at.isoformat(), "scope": keeping.scope_of(query), "rows": rows}
        response = JsonResponse(told)
    else:
        raise BadInput("The numbers come as csv or json.")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _asked(request: HttpRequest, slug: str) -> tuple[ResultQuery, Choices]:
    """Raises `BadInput`; an order or a place in it is of no meaning here."""
    collection = get_object_or_404(Collection, slug=slug)
    given = request.GET.copy()
    for name in ("sort", "seed", "at"):
        given.pop(name, None)
    query = ResultQuery.from_params(given, collection)
    _ = query.condition
    return query, Choices.from_params(request.GET)


def _address(query: ResultQuery, choices: Choices, view: str = "dashboard", **changes: Any) -> str:
    params = query.to_params()
    params.pop("sort", None)
    said = choices.querystring(params, **changes)
    url = reverse(view, args=[query.collection.slug])
    return url if said == "?" else url + said


def _frame(query: ResultQuery, choices: Choices, look: Look) -> dict[str, Any]:
    """What the page has whatever was counted."""
    slug = query.collection.slug

    def tabs(name: str, known: dict[Any, str]) -> list[Tab]:
        chosen = getattr(choices, name)
        return [
            Tab(label, 0, _address(query, choices, **{name: value}), value == chosen)
            for value, label in known.items()
        ]

    downloads = [
        (kind.upper(), reverse("dashboard-numbers", args=[slug, kind]) + query.querystring())
        for kind in ("csv", "json")
    ]
    return {
        "collection": query.collection,
        "slug": slug,
        "query": query,
        "bar": filters.Bar(query),
        "library_url": reverse("library", args=[slug]) + query.querystring(),
        "look": look,
        "here": _address(query, choices),
        "count_url": _address(query, choices, "dashboard-count"),
        "state_url": _address(query, choices, "dashboard-state"),
        "periods": tabs("period", PERIODS),
        "measures": tabs("measure", MEASURES),
        "tops": tabs("top", {top: str(top) for top in TOPS}),
        "choices": choices,
        "downloads": downloads,
        "is_empty": look.facts is not None and not look.facts["totals"]["count"],
    }


def _figures(query: ResultQuery, choices: Choices, facts: Facts) -> dict[str, Any]:
    slug, links = query.collection.slug, Links(query)
    slots = growth.slots_of(facts, choices)
    return {
        "totals": held.totals(facts, links, slug),
        "growth_heads": ("New", "In all"),
        "growth": growth.of(facts, choices, slots, links),
        "models": made.models(facts, choices, slots, links),
        "loras": made.loras(facts, choices, slots, links),
        "ratings": rated.of(facts, choices, links),
        "folders": [
            (part, _inside(query, choices, part.inside))
            for part in held.folders(facts, choices, links, query.within)
        ],
        "formats": held.formats(facts, choices, links),
        "lacks": held.lacks(facts, links, slug),
        "lora_params": _params_without_lora(query, choices),
    }


def _inside(query: ResultQuery, choices: Choices, folder: int | None) -> str:
    return _address(query.replace(folder=folder), choices) if folder else ""


def _params_without_lora(query: ResultQuery, choices: Choices) -> dict[str, str]:
    params = query.to_params() | {"period": choices.period, "measure": choices.measure}
    return params | {"top": str(choices.top)}
