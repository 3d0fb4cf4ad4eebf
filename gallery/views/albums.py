"""Albums: the page with their covers, the rail's list, and what is told of them later."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from dtoolkit.core.htmx import render_page
from gallery.media import thumbnails
from gallery.models import Album, Collection, Image
from gallery.services import albums

_COVER_PX = 384
_MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Card:
    album: Album
    url: str
    cover: str
    is_first: bool
    is_last: bool


@never_cache
@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    collection = get_object_or_404(Collection, slug=slug)
    found = list(albums.of(collection)[: _MOST_SHOWN + 1])
    shown = found[:_MOST_SHOWN]
    covers = albums.covers(shown, collection)
    context = {
        "collection": collection,
        "slug": slug,
        "cards": [
            Card(
                album,
                f"{reverse('library', args=[slug])}?album={album.pk}",
                _picture(covers.get(album.pk)),
                is_first=n == 0,
                is_last=n == len(found) - 1,
            )
            for n, album in enumerate(shown)
        ],
        "is_cut": len(found) > _MOST_SHOWN,
    }
    return render_page(request, "albums/page.html", context, fragment="albums/_cards.html")


@never_cache
@require_safe
def facts(request: HttpRequest, slug: str) -> HttpResponse:
    """Counts and the covers of smart ones, each into its place on the page."""
    collection = get_object_or_404(Collection, slug=slug)
    found = list(albums.of(collection)[:_MOST_SHOWN])
    counts = albums.counts(found, collection)
    covers = albums.smart_covers(found, collection)
    context = {
        "counts": counts.items(),
        "covers": [(pk, _picture(image)) for pk, image in covers.items()],
    }
    return render(request, "albums/_facts.html", context)


@never_cache
@require_safe
def rail(request: HttpRequest, slug: str) -> HttpResponse:
    get_object_or_404(Collection, slug=slug)
    response = render(request, "albums/_rail.html")
    # The numbers are asked for by what stays: an asker that is swapped away finds no target.
    return trigger_client_event(response, "rail:changed", {}, after="swap")


def _picture(image: Image | None) -> str:
    return thumbnails.url(image, _COVER_PX) if image else ""
