"""What templates say often: an icon, a thumbnail's address, a name from the disk, a count."""

from functools import cache
from urllib.parse import urlencode

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dtoolkit.core import paths
from gallery import panels as registered
from gallery.media import thumbnails
from gallery.models import Image
from gallery.search import rankings
from gallery.search.counting import Count
from gallery.search.query import ResultQuery

register = template.Library()


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A symbol of static/icons.svg, named as Lucide names it; decoration to a screen reader."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("icons.svg"),
        name,
    )


@register.simple_tag
def thumbnail_url(image: Image, size: int) -> str:
    return thumbnails.url(image, size)


@register.simple_tag
def panels(of: registered.Subject) -> tuple[registered.Panel, ...]:
    """What higher apps show of an image or a prompt."""
    return registered.panels(of)


@register.simple_tag
def ranker() -> rankings.Ranker | None:
    """What puts results in an order of its own, where there is such a thing."""
    return rankings.ranker()


@register.simple_tag
def more_like(image: Image) -> str:
    """The query string of what is like `image`."""
    found = rankings.ranker()
    return f"?{urlencode({'q': found.like([image.pk])})}" if found else ""


@register.filter
def nearest(query: ResultQuery) -> str:
    """The address of a ranking also where nothing matches well."""
    return query.querystring(nearest=True)


@register.filter
def shown(text: str) -> str:
    """A file's or folder's name for a person; see `core.paths.display`."""
    return paths.display(text)


@register.filter
def counted(count: Count, noun: str = "image") -> str:
    """'1 image', '412 images', 'about 48,000 images'."""
    about = "" if count.is_exact else "about "
    plural = "" if count.is_exact and count.value == 1 else "s"
    return f"{about}{intcomma(count.value)} {noun}{plural}"
