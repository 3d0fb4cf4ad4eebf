"""How many images the NSFW words of the settings would mark that were read before them."""

from gallery import preferences
from gallery.models import Collection, Image
from gallery.scanning.saving import nsfw_words
from gallery.search.counting import Count
from gallery.search.estimates import TooSlow, time_limit

MOST_COUNTED = 100_000
_LIMIT_MS = 400


def count(collection: Collection) -> Count | None:
    """None where nobody can tell soon."""
    words = preferences.get(preferences.NSFW_WORDS)
    waiting = nsfw_words.undecided_with(words)
    images = Image.objects.in_collection(collection).filter(waiting)
    try:
        with time_limit(_LIMIT_MS):
            many = images.order_by()[: MOST_COUNTED + 1].count()
    except TooSlow:
        return None
    return Count(min(many, MOST_COUNTED), is_exact=many <= MOST_COUNTED)
