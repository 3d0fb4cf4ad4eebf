"""What was done, in plain words, newest first; each act can be undone, and done again."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from dtoolkit.core.errors import NotFound
from dtoolkit.core.htmx import render_page
from gallery import actions
from gallery.media import thumbnails
from gallery.models import Collection, HistoryEntry, HistoryPart, Image
from gallery.search.estimates import TooSlow, time_limit
from gallery.services import history
from gallery.views import asking

_PAGE = 50
_SHOWN = 4
_OF_IMAGE = 12
_LIMIT_MS = 400
_THUMBNAIL_PX = 192


@dataclass(frozen=True, slots=True)
class Line:
    entry: HistoryEntry
    icon: str
    pictures: list[str]
    is_changing: bool

    @property
    def can_undo(self) -> bool:
        return self.is_changing and self.entry.state in {
            HistoryEntry.State.DONE,
            HistoryEntry.State.STOPPED,
        }

    @property
    def can_redo(self) -> bool:
        return self.entry.state == HistoryEntry.State.UNDONE


@never_cache
@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    collection = get_object_or_404(Collection, slug=slug)
    history.settle_dead(collection)
    entries = HistoryEntry.objects.filter(collection=collection).select_related("user")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        entries = entries.filter(pk__lt=int(before))
    found = list(entries.order_by("-pk")[: _PAGE + 1])
    context = {
        "collection": collection,
        "slug": slug,
        "lines": _lines(found[:_PAGE]),
        "next": found[_PAGE - 1].pk if len(found) > _PAGE else None,
        "is_first": not before,
    }
    return render_page(request, "history/page.html", context, fragment="history/_lines.html")


@never_cache
@require_safe
def of_image(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The latest acts on one image, where they are found soon."""
    image = get_object_or_404(Image, pk=pk, collection__slug=slug)
    acts = HistoryEntry.objects.filter(collection=image.collection_id)
    parts = HistoryPart.objects.filter(entry=OuterRef("pk"), image_ids__contains=[pk])
    context: dict[str, object] = {"slug": slug, "is_buried": False}
    try:
        with time_limit(_LIMIT_MS):
            context["entries"] = list(acts.filter(Exists(parts)).order_by("-pk")[:_OF_IMAGE])
    except TooSlow:
        context |= {"is_buried": True, "entries": []}
    return render(request, "image/_history.html", context)


@require_POST
def undo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _answer(request, slug, history.undo(_entry(slug, pk)))


@require_POST
def redo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _answer(request, slug, history.redo(_entry(slug, pk)))


@require_POST
def undo_latest(request: HttpRequest, slug: str) -> HttpResponse:
    entry = history.latest_to_undo(get_object_or_404(Collection, slug=slug))
    if entry is None:
        raise NotFound("There is nothing to undo.")
    return _answer(request, slug, history.undo(entry))


@require_POST
def redo_latest(request: HttpRequest, slug: str) -> HttpResponse:
    entry = history.latest_to_redo(get_object_or_404(Collection, slug=slug))
    if entry is None:
        raise NotFound("There is nothing to do again.")
    return _answer(request, slug, history.redo(entry))


def _entry(slug: str, pk: int) -> HistoryEntry:
    entries = HistoryEntry.objects.select_related("collection")
    return get_object_or_404(entries, pk=pk, collection__slug=slug)


def _answer(request: HttpRequest, slug: str, entry: HistoryEntry) -> HttpResponse:
    if not getattr(request, "htmx", False):
        return redirect(reverse("history", args=[slug]))
    response = HttpResponse(status=204)
    asking.tell_changed(response, entry)
    trigger_client_event(response, "history:changed", {})
    return trigger_client_event(response, "toast", asking.turned_toast(entry))


def _lines(entries: list[HistoryEntry]) -> list[Line]:
    """The first part's first images stand for the whole act."""
    firsts: dict[int, list[int]] = {}
    parts = HistoryPart.objects.filter(entry__in=entries).order_by("entry_id", "pk")
    for entry_id, ids in parts.distinct("entry_id").values_list(
        "entry_id", f"image_ids__0_{_SHOWN}"
    ):
        firsts[entry_id] = ids or []
    images = Image.objects.in_bulk({pk for ids in firsts.values() for pk in ids})
    return [
        Line(
            entry,
            actions.get(entry.action).icon,
            [
                thumbnails.url(images[pk], _THUMBNAIL_PX)
                for pk in firsts.get(entry.pk, [])
                if pk in images
            ],
            entry.pk in firsts,
        )
        for entry in entries
    ]
