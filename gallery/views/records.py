"""The raw texts of a file, as they were found: listed first, each loaded only when opened."""

import json
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from dtoolkit.core import paths
from dtoolkit.core.htmx import render_page
from gallery.metadata import RawRecord, understand
from gallery.models import Image, ImageMetadata
from gallery.scanning.saving import imported

SHOWN_CHARS = 300_000


@dataclass(frozen=True, slots=True)
class Record:
    """One raw record of a file with its place in the list."""

    index: int
    container: str
    key: str
    text: str
    is_damaged: bool

    @property
    def size(self) -> int:
        return len(self.text.encode("utf-8", "surrogatepass"))

    @property
    def is_json(self) -> bool:
        return self.text.lstrip()[:1] in {"{", "["}

    @property
    def is_workflow(self) -> bool:
        return self.is_json and self.key.casefold() == "workflow"


@require_safe
def listing(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """With the reason why they were understood as they were."""
    image, raw = _load(slug, pk)
    made = understand(raw).parameters
    context = {
        "image": image,
        "slug": slug,
        "records": _shown(raw),
        "shown": None,
        "reason": made.reason if made else "",
    }
    return render_page(request, "image/records.html", context, fragment="image/_records.html")


@require_safe
def text(request: HttpRequest, slug: str, pk: int, index: int) -> HttpResponse:
    """One record to read, or with `?download` whole and unchanged as a file."""
    image, raw = _load(slug, pk)
    records = _shown(raw)
    if index >= len(records):
        raise Http404
    record = records[index]
    if "download" in request.GET:
        return _download(image, record)
    shown, is_cut = readable(record.text)
    context = {
        "image": image,
        "slug": slug,
        "records": records,
        "shown": record,
        "text": shown,
        "is_cut": is_cut,
        "shown_chars": SHOWN_CHARS,
    }
    return render_page(request, "image/records.html", context, fragment="image/_record.html")


def readable(text: str) -> tuple[str, bool]:
    """JSON indented, anything else as it is; and whether it was cut at `SHOWN_CHARS`.

    Indenting stops at the cut: deep nesting can make a small text thousands of times larger.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return text[:SHOWN_CHARS], len(text) > SHOWN_CHARS
    if not isinstance(data, dict | list):
        return text[:SHOWN_CHARS], len(text) > SHOWN_CHARS
    indented = _indented(data)
    return indented[:SHOWN_CHARS], len(indented) > SHOWN_CHARS


def _indented(data: Any) -> str:
    pieces: list[str] = []
    length = 0
    for piece in json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(data):
        pieces.append(piece)
        length += len(piece)
        if length > SHOWN_CHARS:
            break
    return "".join(pieces)


def _load(slug: str, pk: int) -> tuple[Image, list[RawRecord]]:
    """What the file carries and what was read beside it, then what a person imported for it."""
    image = get_object_or_404(
        Image.objects.select_related("metadata"), pk=pk, collection__slug=slug
    )
    given = imported.find([image.pk]).records.get(image.pk, [])
    metadata: ImageMetadata | None = getattr(image, "metadata", None)
    if metadata is None and not given:
        raise Http404
    own = metadata.records if metadata else []
    return image, [*(RawRecord(**raw) for raw in own), *given]


def _shown(raw: list[RawRecord]) -> list[Record]:
    return [
        Record(index, record.container, record.key, record.text, record.is_damaged)
        for index, record in enumerate(raw)
    ]


def _download(image: Image, record: Record) -> HttpResponse:
    response = HttpResponse(
        record.text.encode("utf-8", "surrogatepass"),
        content_type="application/json" if record.is_json else "text/plain; charset=utf-8",
    )
    stem = PurePath(paths.display(image.name)).stem
    key = "".join(char for char in record.key if char.isalnum() or char in "-_") or "record"
    name = f"{stem}.{key}.{'json' if record.is_json else 'txt'}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
