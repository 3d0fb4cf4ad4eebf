"""An archive of chosen files, made while it is sent."""

from collections.abc import Iterator
from datetime import date
from threading import BoundedSemaphore

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from dtoolkit.core.errors import Unavailable
from gallery.exports import zipping
from gallery.models import Collection
from gallery.services import selections

# Each holds a thread of the web server for as long as it is fetched.
MOST_AT_ONCE = 3
_places = BoundedSemaphore(MOST_AT_ONCE)


@require_GET
def export(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Of the `selection`; `sidecars` and `folders` are 1 or 0."""
    collection = get_object_or_404(Collection, slug=slug)
    selection = selections.get(request.GET.get("selection", ""), collection)
    order = zipping.Order(
        with_sidecars=request.GET.get("sidecars") == "1",
        with_folders=request.GET.get("folders") == "1",
    )
    chosen = selections.images(selection).filter(is_available=True)
    ids = list(chosen.order_by("folder_id", "name").values_list("pk", flat=True))
    if not _places.acquire(blocking=False):
        raise Unavailable(f"{MOST_AT_ONCE} archives are being fetched already. Try again then.")
    response = StreamingHttpResponse(_Blocks(ids, order), content_type="application/zip")
    name = f"{slug} {date.today().isoformat()} ({len(ids)}).zip"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


class _Blocks:
    """The archive; gives its place back whether it was fetched whole, in part or not at all."""

    def __init__(self, ids: list[int], order: zipping.Order) -> None:
        self._blocks = zipping.stream(ids, order)
        self._is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        return self._blocks

    def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._blocks.close()
            _places.release()
