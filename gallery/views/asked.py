"""What is asked before an act on an album or a tag: a dialog, or a page without script; and the
answer once it is done, with Undo."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import trigger_client_event

from dtoolkit.core.htmx import render_page
from gallery.models import Collection, HistoryEntry

REFUSED = 422


def ask(
    request: HttpRequest,
    collection: Collection,
    *,
    title: str,
    verb: str,
    back: str,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """`fields` is the template of what is to be filled in, `says` a sentence, `problem` why the
    last try was refused; `is_danger` where something is taken away."""
    asked = {
        "fields": "",
        "says": "",
        "problem": "",
        "is_danger": False,
        **context,
        "collection": collection,
        "slug": collection.slug,
        "title": title,
        "verb": verb,
        "back": back,
    }
    return render_page(
        request, "asked/page.html", asked, fragment="asked/_dialog.html", status=status
    )


def done(request: HttpRequest, entry: HistoryEntry, back: str) -> HttpResponse:
    if not getattr(request, "htmx", False):
        return redirect(back)
    response = HttpResponse(status=204)
    trigger_client_event(response, "act:done", {"name": entry.action})
    return trigger_client_event(response, "toast", toast(entry))


def toast(entry: HistoryEntry) -> dict[str, Any]:
    if not entry.pk:
        return {"text": "Nothing to change: it was so already."}
    if entry.is_under_way:
        return {"text": f"{entry.sentence}. The line below tells how far it is."}
    undo_url = reverse("undo-act", args=[entry.collection.slug, entry.pk])
    return {"text": entry.sentence, "undo_url": undo_url}
