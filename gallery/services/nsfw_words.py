"""The words of the settings, applied to images that were read before somebody chose them."""

import itertools
from collections.abc import Iterable, Iterator

from django.db import connection, transaction

from dtoolkit.core.errors import BadInput
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from gallery import preferences
from gallery.scanning.saving import nsfw_words
from gallery.scanning.saving.copying import int_array
from gallery.search.counting import Count
from gallery.search.estimates import TooSlow, time_limit

MOST_COUNTED = 100_000
_LIMIT_MS = 400
_LOCK = "SELECT FROM gallery_image WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE"


def start() -> Job:
    """Raises `BadInput` where no word is chosen."""
    if not preferences.get(preferences.NSFW_WORDS):
        raise BadInput("No word is chosen yet. Write some, save them, then mark the library.")
    return enqueue("nsfw-words", {})


def count() -> Count | None:
    """How many images it would mark; None where nobody can tell soon."""
    words = preferences.get(preferences.NSFW_WORDS)
    if not words:
        return Count(0, is_exact=True)
    try:
        with time_limit(_LIMIT_MS), connection.cursor() as cursor:
            nsfw_words.find(cursor, words)
            many = len(cursor.fetchmany(MOST_COUNTED + 1))
    except TooSlow:
        return None
    return Count(min(many, MOST_COUNTED), is_exact=many <= MOST_COUNTED)


def chunks(size: int) -> Iterator[tuple[int, ...]]:
    words = preferences.get(preferences.NSFW_WORDS)
    if not words:
        return
    with connection.cursor() as cursor:
        nsfw_words.find(cursor, words)
        ids = iter(sorted({pk for (pk,) in cursor.fetchall()}))
    while chunk := tuple(itertools.islice(ids, size)):
        yield chunk


def mark(ids: Iterable[int]) -> int:
    listed = list(ids)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK, [int_array(listed)])
        return nsfw_words.mark(cursor, listed)
