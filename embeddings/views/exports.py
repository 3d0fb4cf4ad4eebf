"""A file of vectors, made when it is fetched."""

from datetime import date

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from embeddings.services import downloads
from gallery.models import Collection
from gallery.services import selections

_TYPES = {"json": "application/json", "npz": "application/zip"}


@require_GET
def export(request: HttpRequest, slug: str) -> FileResponse:
    """Of the `selection`, in the `format`."""
    collection = get_object_or_404(Collection, slug=slug)
    selection = selections.get(request.GET.get("selection", ""), collection)
    form = downloads.form(request.GET.get("format", "json"))
    downloads.check(selection, form)
    response = FileResponse(
        downloads.file(selection, form),
        as_attachment=True,
        filename=f"{slug} embeddings {date.today().isoformat()}.{form}",
        content_type=_TYPES.get(form, "application/octet-stream"),
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
