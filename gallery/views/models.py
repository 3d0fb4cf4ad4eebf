"""Models as images name them: how many images each made, its file where one is known, and acts on
the images of several. Their files on disk are the other half of the same place."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dtoolkit.core.htmx import render_page
from gallery.models import Collection
from gallery.resources.told import PAGE
from gallery.services import used_models
from gallery.services.used_models import Used, UsedQuery
from gallery.views import on_images
from gallery.views.tabs import Tab

_MOST_CHOSEN = 200
_FACTS_SHOWN = 6
_TITLES = {
    "checkpoint": "Checkpoints",
    "lora": "LoRAs",
    "vae": "VAEs",
    "embedding": "Embeddings",
    "controlnet": "ControlNets",
    "upscaler": "Upscalers",
}


@dataclass(frozen=True, slots=True)
class Row:
    used: Used
    url: str

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The first few of what header and JSON beside the file say."""
        file = self.used.file
        return [(a, b) for a, b in file.facts if a != PAGE][:_FACTS_SHOWN] if file else []


@never_cache
@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """The page; for HTMX the list alone, or with `?after=` its next rows."""
    collection = get_object_or_404(Collection, slug=slug)
    query = UsedQuery.from_params(request.GET)
    after = request.GET.get("after", "")
    page = query.page(collection, after)
    library = reverse("library", args=[slug])
    context: dict[str, Any] = {
        "collection": collection,
        "slug": slug,
        "query": query,
        "rows": [Row(used, f"{library}?resource={used.resource.pk}") for used in page.rows],
        "more": f"{query.querystring()}&{urlencode({'after': page.cursor})}" if page.cursor else "",
        "is_counted": page.is_counted,
        "is_fragment": bool(getattr(request, "htmx", False)),
    }
    if after and context["is_fragment"]:
        return render(request, "models/_rows.html", context)
    context["tabs"] = list(_tabs(query, used_models.kinds()))
    response = render_page(request, "models/page.html", context, fragment="models/_found.html")
    if context["is_fragment"]:
        response.headers["HX-Replace-Url"] = reverse("models", args=[slug]) + query.querystring()
    return response


@require_POST
def act(request: HttpRequest, slug: str) -> HttpResponse:
    """What can be done with the images of the chosen ones: a bar over them as a selection."""
    collection = get_object_or_404(Collection, slug=slug)
    ids = on_images.chosen(request.POST, _MOST_CHOSEN)
    images = used_models.images_of(collection, ids)
    return on_images.bar(request, collection, images, f"{len(ids):,} model", len(ids))


def _tabs(query: UsedQuery, known: dict[str, int]) -> Iterator[Tab]:
    """Kinds of which there are any."""
    yield Tab("All", sum(known.values()), query.querystring(kind=""), not query.kind)
    for kind, title in _TITLES.items():
        if known.get(kind) or kind == query.kind:
            url = query.querystring(kind=kind)
            yield Tab(title, known.get(kind, 0), url, kind == query.kind)
