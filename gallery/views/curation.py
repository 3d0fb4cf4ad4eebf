"""What a person says about the image before them; each act names itself and can be undone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from dtoolkit.core.errors import BadInput
from gallery.models import Image
from gallery.services import curation
from gallery.services.curation import Change


@require_POST
def rate(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    value = _value(request)
    if value and not (value.isascii() and value.isdigit() and len(value) <= 2):
        raise BadInput("A rating is a number from 1 to 10, or empty.")
    change = curation.rate(_image(slug, pk), int(value) if value else None)
    said = f"Rated {change.image.rating}" if change.image.rating else "Rating cleared"
    return _answer(request, slug, change, "rate", said)


@require_POST
def favourite(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    change = curation.set_favourite(_image(slug, pk), _switch(request))
    added = change.image.is_favourite
    said = "Added to favourites" if added else "Removed from favourites"
    return _answer(request, slug, change, "favourite", said)


@require_POST
def nsfw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    change = curation.set_nsfw(_image(slug, pk), _switch(request))
    said = "Marked NSFW" if change.image.is_nsfw else "NSFW mark removed"
    return _answer(request, slug, change, "nsfw", said)


@require_POST
def deletion(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    change = curation.mark_for_deletion(_image(slug, pk), _switch(request))
    marked = change.image.is_for_deletion
    said = "Marked for deletion" if marked else "Deletion mark removed"
    return _answer(request, slug, change, "mark-for-deletion", said)


def _image(slug: str, pk: int) -> Image:
    return get_object_or_404(Image, pk=pk, collection__slug=slug)


def _value(request: HttpRequest) -> str:
    try:
        return request.POST["value"]
    except KeyError as error:
        raise BadInput("Nothing was chosen: send the new value as `value`.") from error


def _switch(request: HttpRequest) -> bool:
    value = _value(request)
    if value not in {"0", "1"}:
        raise BadInput("`value` must be 1 or 0.")
    return value == "1"


def _answer(request: HttpRequest, slug: str, change: Change, act: str, said: str) -> HttpResponse:
    """The controls as they are now; without HTMX the image's page again."""
    image = change.image
    place = f"?{request.GET.urlencode()}" if request.GET else ""
    if not getattr(request, "htmx", False):
        return redirect(reverse("image", args=[slug, image.pk]) + place)
    context = {"image": image, "slug": slug, "place": place}
    response = render(request, "image/_controls.html", context)
    state = {
        "id": image.pk,
        "rating": image.rating,
        "is_favourite": image.is_favourite,
        "is_nsfw": image.is_nsfw,
        "is_for_deletion": image.is_for_deletion,
    }
    trigger_client_event(response, "image:curated", state)
    if change.is_new:
        undo = {
            "text": said,
            "undo_url": reverse(act, args=[slug, image.pk]),
            "undo_value": "" if change.before is None else str(int(change.before)),
        }
        trigger_client_event(response, "toast", undo)
    return response
