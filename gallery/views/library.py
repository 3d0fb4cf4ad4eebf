"""The library: results as a page, as pages to scroll into, and what is said about them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe
from django_htmx.http import replace_url, reswap
from django_htmx.middleware import HtmxDetails

from dtoolkit.core.errors import BadInput
from dtoolkit.core.htmx import render_page
from dtoolkit.jobs.models import Job
from gallery.models import Collection, Folder, Image, LibraryRoot
from gallery.search import counting, fulltext, language, results, timeline
from gallery.search.keywords import registry
from gallery.search.query import BadQuery
from gallery.search.rankings import Unrankable
from gallery.search.results import PAGE_SIZE, ResultQuery
from gallery.services.duplicates import queue
from gallery.views import filters, tiles, tree
from gallery.views.context import PAGES, PLACES, Frame

_EXCERPT = 40
_FORM = "query"  # the form's id
_LARGEST_PAGE = 200
LIVE = "X-Live"  # a header of requests that come from typing
_MOST_NEW = 1000
_PLACE_LIMIT_MS = 400


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The default collection, or the first run where no folder was added yet."""
    root = LibraryRoot.objects.select_related("collection").order_by("pk").first()
    if root is None:
        return redirect("welcome")
    slug = settings.ENV.collection
    exists = LibraryRoot.objects.filter(collection__slug=slug).exists()
    return redirect("library", slug if exists else root.collection.slug)


@require_safe
def library(request: HttpRequest, slug: str) -> HttpResponse:
    started = time.perf_counter()
    collection = get_object_or_404(Collection, slug=slug)
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    unrankable: Unrankable | None = None
    try:
        query = ResultQuery.from_params(request.GET, collection)
        _ = query.condition
    except Unrankable as error:
        unrankable = error
    except BadQuery as error:
        return _misunderstood(request, collection, error)
    if len(request.GET.getlist("q")) > 1 and not htmx:
        return redirect(request.path + query.querystring())
    page = tiles.TilePage((), None, None) if unrankable else tiles.page_from(query, PAGE_SIZE)
    bar = _bar(request, query)
    context = {
        "collection": collection,
        "query": query,
        "page": page,
        "bar": bar,
        "querystring": query.querystring(at=""),
        "newest_id": _newest_id(collection),
        "empty": None if page.tiles else _emptiness(query, bar, unrankable),
    }
    response = render_page(
        request,
        "library/library.html",
        context,
        fragment="library/_swap.html",
        # HTMX shows nothing else in the results' place.
        status=unrankable.status if unrankable and not htmx else 200,
    )
    if query.is_ranked and not unrankable:
        response.headers["Server-Timing"] = _timing(query, time.perf_counter() - started)
    if htmx.trigger == _FORM:
        replace_url(response, request.path + query.querystring())
    return response


def _timing(query: ResultQuery, taken_s: float) -> str:
    """What ranking took by its parts, and all the rest as `render`."""
    timings = dict(query.ranked.timings) if query.ranked else {}
    timings["render"] = taken_s * 1000 - sum(timings.values())
    return ", ".join(f"{name};dur={taken:.1f}" for name, taken in timings.items())


def _bar(request: HttpRequest, query: ResultQuery) -> filters.Bar:
    """While one types, the last text of the query is what stands in the field."""
    if LIVE not in request.headers:
        return filters.Bar(query)
    *kept, typed = request.GET.getlist("q") or [""]
    text = language.joined(map(fulltext.clean, kept), registry.vocabulary())
    return filters.Bar(query, typed=typed, kept=text)


def _misunderstood(request: HttpRequest, collection: Collection, error: BadQuery) -> HttpResponse:
    """Says what is wrong with the query. Where one is typing, all else stays as it was."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    problem = Problem.of(error)
    if htmx and not htmx.history_restore_request:
        response = render(request, "library/_misread.html", {"problem": problem})
        reswap(response, "none")
        return replace_url(response, False)
    params = request.GET.copy()
    params.pop("q", None)
    query = ResultQuery.from_params(params, collection)
    bar = filters.Bar(query)
    bar.text = error.text
    context = {
        "collection": collection,
        "query": query,
        "page": tiles.TilePage((), None, None),
        "bar": bar,
        "querystring": query.querystring(at=""),
        "newest_id": _newest_id(collection),
        "problem": problem,
        "empty": Emptiness("misread"),
    }
    return render_page(request, "library/library.html", context, status=error.status)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a query, in words, and the part of the text that is meant."""

    message: str
    before: str
    part: str
    after: str

    @classmethod
    def of(cls, error: BadQuery) -> "Problem":
        text, (start, end) = error.text, error.span
        end = min(end, start + _EXCERPT)
        before = text[max(0, start - _EXCERPT) : start]
        return cls(error.message, before, text[start:end], text[end : end + _EXCERPT])


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One page of tiles: beyond `cursor`, from `at` on, or around the image with the id `image`."""
    query = _query(request, slug)
    size = _number(request, "size", PAGE_SIZE, most=_LARGEST_PAGE)
    if request.GET.get("image"):
        pk = _number(request, "image", 0, most=2**63 - 1)
        image = get_object_or_404(Image, pk=pk, collection=query.collection)
        query = query.replace(at=results.cursor_of(query, image))
    if query.at:
        found = tiles.page_from(query, size)
    else:
        cursor = request.GET.get("cursor") or None
        direction = request.GET.get("direction", "next")
        images = results.page(query, cursor=cursor, direction=direction, size=size)
        found = tiles.page_of(query, images)
    return render(request, "library/_page.html", {"page": found})


@require_safe
def count(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "library/_count.html", {"count": counting.count(_query(request, slug))})


@require_safe
def months(request: HttpRequest, slug: str) -> HttpResponse:
    query = _query(request, slug)
    context = {"months": timeline.months(query), "query": query}
    return render(request, "library/_timeline.html", context)


@require_safe
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """How many images of this result came after the id `since`; no content where none did."""
    query = _query(request, slug)
    since = _number(request, "since", 0, most=2**63 - 1)
    found = query.images().filter(pk__gt=since).values_list("pk", flat=True)[:_MOST_NEW]
    number = len(found)
    if not number:
        return HttpResponse(status=204)
    context = {"number": number, "is_capped": number == _MOST_NEW, "query": query}
    return render(request, "library/_new.html", context)


@require_safe
def place_counts(request: HttpRequest, slug: str) -> HttpResponse:
    """The numbers beside the rail's places, albums and roots."""
    collection = get_object_or_404(Collection, slug=slug)
    counts = []
    for entry in PLACES:
        if entry.is_counted:
            params = QueryDict(mutable=True)
            params.update(entry.params)
            query = ResultQuery.from_params(params, collection)
            counts.append((entry, counting.count(query, limit_ms=_PLACE_LIMIT_MS)))
    counts += [(entry, queue.total(collection)) for entry in PAGES if entry.is_counted]
    context = {
        "counts": counts,
        "albums": Frame(request).album_counts().items(),
        "branches": tree.roots(collection, current=None),
    }
    return render(request, "library/_place_counts.html", context)


@require_safe
def folder_roots(request: HttpRequest, slug: str) -> HttpResponse:
    """The tree's top, asked for again while a root has not been scanned yet."""
    collection = get_object_or_404(Collection, slug=slug)
    context = {"branches": tree.roots(collection, current=None), "slug": slug}
    return render(request, "library/_roots.html", context)


@require_safe
def folder_children(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    collection = get_object_or_404(Collection, slug=slug)
    folder = get_object_or_404(Folder, pk=pk, root__collection=collection)
    context = {"branch": tree.children(folder), "slug": slug}
    return render(request, "library/_folders.html", context)


@dataclass(frozen=True, slots=True)
class Emptiness:
    """Why there is nothing to see, so that the page can say what to do."""

    kind: str
    chips: Sequence[filters.Chip] = ()
    roots: Sequence[LibraryRoot] = ()
    unrankable: Unrankable | None = None


def _emptiness(
    query: ResultQuery, bar: filters.Bar, unrankable: Unrankable | None = None
) -> Emptiness:
    chips = [*bar.chips, *bar.terms]
    if unrankable:
        return Emptiness("unrankable", unrankable=unrankable)
    if query.ranked and query.ranked.is_poor:
        return Emptiness("unmatched")
    if query.view == "trash" and len(chips) == 1:
        return Emptiness("trash")
    if query.favourite and len(chips) == 1:
        return Emptiness("favourites")
    if query.q or chips:
        return Emptiness("filtered", chips)
    roots = list(LibraryRoot.objects.filter(collection=query.collection))
    if not roots:
        return Emptiness("no_roots")
    active = Job.objects.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])
    return Emptiness("scanning" if active.exists() else "no_images", roots=roots)


def _query(request: HttpRequest, slug: str) -> ResultQuery:
    return ResultQuery.from_params(request.GET, get_object_or_404(Collection, slug=slug))


def _newest_id(collection: Collection) -> int:
    newest = Image.objects.in_collection(collection).aggregate(newest=Max("pk"))["newest"]
    return newest or 0


def _number(request: HttpRequest, name: str, default: int, *, most: int) -> int:
    value = request.GET.get(name, "")
    if not value:
        return default
    if value.isascii() and value.isdigit() and len(value) < 20 and 0 < int(value) <= most:
        return int(value)
    if name == "since" and value == "0":
        return 0
    raise BadInput(f"{name} must be a whole number from 1 to {most}.")
