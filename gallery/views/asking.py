"""Which images a request means, and how the pages hear what became of them."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django_htmx.http import trigger_client_event

from dtoolkit.core.errors import BadInput
from gallery import actions
from gallery.models import Collection, HistoryEntry, Image, Selection
from gallery.search.query import ResultQuery
from gallery.services import selections

# So many are told to the page one by one; beyond, it fetches what it shows.
MOST_TOLD = 500
_IDS = re.compile(r"\d{1,18}(?:,\d{1,18})*", re.ASCII)


def selection_of(values: QueryDict, collection: Collection) -> Selection:
    """By the token `selection`, of the `whole` result that the other values tell, or of the images
    `ids` (numbers with commas between)."""
    if token := values.get("selection"):
        return selections.get(token, collection)
    if values.get("whole") == "1":
        query = ResultQuery.from_params(values, collection)
        return selections.choose_all(selections.begin(query), query)
    return selections.of_images(collection, ids_of(values))


def ids_of(values: QueryDict) -> list[int]:
    text = values.get("ids", "")
    if not text:
        return []
    if not _IDS.fullmatch(text):
        raise BadInput("`ids` are numbers with commas between.")
    return [int(number) for number in text.split(",")]


def person_of(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None


def states(ids: Iterable[int]) -> list[dict[str, Any]]:
    """What tiles and controls show of images."""
    fields = ("rating", "is_favourite", "is_nsfw", "is_for_deletion")
    return list(Image.objects.filter(pk__in=list(ids)).values("id", *fields))


def tell_changed(response: HttpResponse, entry: HistoryEntry) -> None:
    """Has the page show the images as they are now."""
    is_of_files = actions.get(entry.action).is_of_files
    if is_of_files:
        trigger_client_event(response, "tree:changed", {})
    if is_of_files or entry.image_count > MOST_TOLD or entry.is_under_way:
        trigger_client_event(response, "library:stale", {})
        return
    ids = changed_ids(entry)
    trigger_client_event(response, "images:curated", {"images": states(ids)})


def changed_ids(entry: HistoryEntry) -> Sequence[int]:
    parts = entry.parts.values_list("image_ids", flat=True)
    return sorted({pk for ids in parts for pk in ids})


def toast(entry: HistoryEntry, slug: str) -> dict[str, Any]:
    """In the past tense with Undo; of what goes on as a job, that it does."""
    is_done = not entry.is_under_way
    if entry.pk is None or (is_done and not entry.image_count and not entry.refused_count):
        return {"text": "Nothing to change: it was so already."}
    if entry.is_under_way:
        return {"text": f"{entry.sentence}. The line below tells how far it is."}
    if not entry.image_count:
        return {"text": f"Nothing was changed: {_reason(entry)}", "is_bad": True}
    return {
        "text": _of_one(_with_refused(entry, entry.sentence)),
        "undo_url": reverse("undo-act", args=[slug, entry.pk]),
    }


def turned_toast(entry: HistoryEntry) -> dict[str, Any]:
    """Of an act that was undone or done again."""
    if entry.state == HistoryEntry.State.UNDONE:
        said = _with_refused(entry, f"Undone: {entry.sentence}")
        return {"text": said, "is_turn": True}
    if entry.is_under_way:
        verb = "Undoing" if entry.state == HistoryEntry.State.UNDOING else "Doing again"
        return {"text": f"{verb}: {entry.sentence}. The line below tells how far it is."}
    return {
        "text": _with_refused(entry, entry.sentence),
        "undo_url": reverse("undo-act", args=[entry.collection.slug, entry.pk]),
    }


def _of_one(said: str) -> str:
    """'Rated 8' and 'Rating cleared', where the one image is before the person's eyes."""
    short = said.removeprefix("1 image ").replace(" of 1 image", "")
    return short[:1].upper() + short[1:]


def _with_refused(entry: HistoryEntry, said: str) -> str:
    count = entry.refused_count
    if not count:
        return said
    return f"{said}, but not {count:,} of them: {_reason(entry)}"


def _reason(entry: HistoryEntry) -> str:
    reasons = {reason for _, reason in entry.refused}
    return reasons.pop() if len(reasons) == 1 else "see History"
