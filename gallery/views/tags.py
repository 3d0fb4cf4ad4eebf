"""Tags: all of them with how many images show each, and what is done to a tag itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput, Conflict
from dtoolkit.core.htmx import render_page
from gallery.actions import tag_rows
from gallery.models import Collection, Tag
from gallery.search.counting import Count
from gallery.search.language import quoted
from gallery.services import history, tags
from gallery.services.tags import TagQuery
from gallery.views import asked, asking
from gallery.views.tabs import Tab

_form = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True)
class Row:
    tag: Tag
    url: str


@never_cache
@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """The page; for HTMX the list alone, or with `?after=` its next rows."""
    collection = get_object_or_404(Collection, slug=slug)
    query = TagQuery.from_params(request.GET)
    after = request.GET.get("after", "")
    page = query.page(after)
    context: dict[str, Any] = {
        "collection": collection,
        "slug": slug,
        "query": query,
        "rows": [Row(tag, _images_url(slug, tag)) for tag in page.tags],
        "ids": ",".join(str(tag.pk) for tag in page.tags),
        "more": f"{query.querystring()}&{urlencode({'after': page.cursor})}" if page.cursor else "",
        "is_ranked": page.is_ranked,
        "is_fragment": bool(getattr(request, "htmx", False)),
    }
    if after:
        return render(request, "tags/_rows.html", context)
    context["tabs"] = list(_tabs(query, tags.categories()))
    response = render_page(request, "tags/page.html", context, fragment="tags/_found.html")
    if context["is_fragment"]:
        response.headers["HX-Replace-Url"] = reverse("tags", args=[slug]) + query.querystring()
    return response


@never_cache
@require_safe
def counts(request: HttpRequest, slug: str) -> HttpResponse:
    """How many images show each of the tags `ids`, each count into its place on the page."""
    collection = get_object_or_404(Collection, slug=slug)
    ids = asking.ids_of(request.GET)
    if len(ids) > tags.PAGE_SIZE:
        raise BadInput("ids are numbers of tags, not too many at once.")
    found = tags.counts(ids, collection)
    return render(request, "tags/_counts.html", {"counts": found.items()})


@_form
def rename(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Where the name is another tag's, merging is what is meant, and is asked."""
    collection, tag = _found(slug, pk)
    name, problem, is_merge = request.POST.get("name", tag.name), "", False
    if request.method == "POST":
        try:
            if request.POST.get("merge") == "1":
                return _act(request, collection, "merge-tag", tag=tag.pk, into=name)
            return _act(request, collection, "rename-tag", tag=tag.pk, name=name)
        except Conflict:
            is_merge = True
        except BadInput as error:
            problem = error.message
    return asked.ask(
        request,
        collection,
        title=f"Rename {tag}",
        verb="Merge them" if is_merge else "Rename",
        back=_page(slug),
        fields="tags/_name.html",
        value=name,
        is_merge=is_merge,
        tag=tag,
        count=_count(tag, collection),
        problem=problem,
        status=asked.REFUSED if problem or is_merge else 200,
    )


@_form
def merge(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    collection, tag = _found(slug, pk)
    into, problem = request.POST.get("into", ""), ""
    if request.method == "POST":
        try:
            return _act(request, collection, "merge-tag", tag=tag.pk, into=into)
        except BadInput as error:
            problem = error.message
    return asked.ask(
        request,
        collection,
        title=f"Merge {tag} into another tag",
        verb="Merge",
        back=_page(slug),
        fields="tags/_into.html",
        value=into,
        tag=tag,
        count=_count(tag, collection),
        problem=problem,
        status=asked.REFUSED if problem else 200,
    )


@_form
def clear(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    collection, tag = _found(slug, pk)
    if request.method == "POST":
        return _act(request, collection, "clear-tag", tag=tag.pk)
    count = _count(tag, collection)
    return asked.ask(
        request,
        collection,
        title=f"Remove {tag} from all images?",
        verb="Remove it",
        back=_page(slug),
        fields="tags/_clearing.html",
        count=count,
        is_danger=True,
    )


@_form
def clean_up(request: HttpRequest, slug: str) -> HttpResponse:
    collection = get_object_or_404(Collection, slug=slug)
    if request.method == "POST":
        return _act(request, collection, "delete-tags")
    many = tag_rows.unused().count()
    says = f"{many:,} tag{'' if many == 1 else 's'} that no image has" if many else ""
    return asked.ask(
        request,
        collection,
        title="Delete unused tags?" if many else "No tag is unused",
        verb="Delete them" if many else "All right",
        back=_page(slug),
        says=f"{says} would be deleted. History brings them back." if many else "",
        is_danger=bool(many),
    )


def _act(request: HttpRequest, collection: Collection, act: str, /, **values: Any) -> HttpResponse:
    entry = history.perform_on(act, values, collection, asking.person_of(request))
    return asked.done(request, entry, _page(collection.slug))


def _found(slug: str, pk: int) -> tuple[Collection, Tag]:
    return get_object_or_404(Collection, slug=slug), get_object_or_404(Tag, pk=pk)


def _count(tag: Tag, collection: Collection) -> Count | None:
    return tags.counts([tag.pk], collection)[tag.pk]


def _images_url(slug: str, tag: Tag) -> str:
    params = {"q": f"tag:{quoted(tag.name)}"}
    return f"{reverse('library', args=[slug])}?{urlencode(params)}"


def _page(slug: str) -> str:
    return reverse("tags", args=[slug])


def _tabs(query: TagQuery, known: dict[str, int]) -> Iterator[Tab]:
    yield Tab("All", sum(known.values()), query.querystring(category=""), not query.category)
    for category, many in known.items():
        title = "No category" if category == tags.NO_CATEGORY else paths.display(category)
        is_current = query.category == category
        yield Tab(title, many, query.querystring(category=category), is_current)
