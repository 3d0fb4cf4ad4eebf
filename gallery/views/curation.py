"""What a person says about the image before them; each act names itself and can be undone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from dtoolkit.core.errors import BadInput
from gallery.models import Image
from gallery.services import history, selections
from gallery.views import asking


@require_POST
def say(request: HttpRequest, slug: str, pk: int, act: str) -> HttpResponse:
    """The controls as they are afterwards; without HTMX the image's page again."""
    if "value" not in request.POST:
        raise BadInput("Nothing was chosen: send the new value as `value`.")
    image = get_object_or_404(
        Image.objects.select_related("collection"), pk=pk, collection__slug=slug
    )
    selection = selections.of_images(image.collection, [image.pk])
    values = {"value": request.POST["value"]}
    entry = history.perform(act, values, selection, asking.person_of(request))
    place = f"?{request.GET.urlencode()}" if request.GET else ""
    if not getattr(request, "htmx", False):
        return redirect(reverse("image", args=[slug, image.pk]) + place)
    image.refresh_from_db()
    context = {"image": image, "slug": slug, "place": place}
    response = render(request, "image/_controls.html", context)
    trigger_client_event(response, "images:curated", {"images": asking.states([image.pk])})
    if entry.pk is not None:
        trigger_client_event(response, "toast", asking.toast(entry, slug))
    return response
