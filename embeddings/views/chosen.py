"""From images that a page here speaks of to the grid that shows them."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from dtoolkit.core.errors import BadInput
from gallery.models import Collection
from gallery.search.query import ResultQuery
from gallery.services import selections
from gallery.views import asking


@require_POST
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """The images `ids` as a selection, and the way to it: scripts are told, forms are led."""
    collection = get_object_or_404(Collection, slug=slug)
    ids = asking.ids_of(request.POST)
    if not ids:
        raise BadInput("No image is chosen.")
    selection = selections.begin(ResultQuery(collection))
    selection = selections.pick(selection, ids, is_chosen=True)
    url = f"{reverse('library', args=[slug])}?selection={selection.token}"
    return JsonResponse({"url": url}) if getattr(request, "htmx", False) else redirect(url)
