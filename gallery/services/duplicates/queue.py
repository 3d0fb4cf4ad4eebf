"""The queue of groups that wait for a decision: the next one, how many there are, how much they
hold."""

from dataclasses import dataclass

from django.db import connection, models

from gallery.models import Collection, DuplicateGroup
from gallery.models.duplicates import DuplicateGroupQuerySet
from gallery.search.counting import Count
from gallery.search.estimates import TooSlow, time_limit

_LIMIT_MS = 150

_WAITING = """
SELECT held.channel, held.id, count(*) AS images, sum(image.size) - max(image.size) AS others
FROM gallery_duplicategroup AS held
JOIN gallery_duplicatemember AS member ON member.group_id = held.id
JOIN gallery_image AS image ON image.id = member.image_id
WHERE held.collection_id = %(collection)s AND held.state = 'open'
    AND image.is_available AND NOT image.is_for_deletion {more}
GROUP BY held.id HAVING count(*) > 1
"""
_COUNTS = "SELECT channel, count(*) FROM ({waiting}) AS held GROUP BY channel"
_WEIGHT = """
SELECT count(*), coalesce(sum(images - 1), 0), coalesce(sum(others), 0)
FROM ({waiting}) AS held
"""


@dataclass(frozen=True, slots=True)
class Weight:
    """Of many groups: how many images would go, and how many bytes."""

    groups: int
    images: int
    bytes: int


def waiting(collection: Collection, channel: str = "") -> DuplicateGroupQuerySet:
    groups = DuplicateGroup.objects.filter(collection=collection)
    return (groups.filter(channel=channel) if channel else groups).reviewable().order_by("pk")


def at_or_after(collection: Collection, channel: str, pk: int) -> DuplicateGroup | None:
    return waiting(collection, channel).filter(pk__gte=pk).select_related("collection").first()


def before(collection: Collection, channel: str, pk: int) -> DuplicateGroup | None:
    return waiting(collection, channel).filter(pk__lt=pk).order_by("-pk").first()


def counts(collection: Collection) -> dict[str, Count]:
    """By channel; where counting takes long, with those whose images went since."""
    try:
        with time_limit(_LIMIT_MS), connection.cursor() as cursor:
            waiting = _WAITING.format(more="")
            cursor.execute(_COUNTS.format(waiting=waiting), {"collection": collection.pk})
            return {channel: Count(many, is_exact=True) for channel, many in cursor.fetchall()}
    except TooSlow:
        found = DuplicateGroup.objects.filter(collection=collection, state="open").order_by()
        listed = found.values_list("channel").annotate(many=models.Count("pk"))
        return {channel: Count(many, is_exact=False) for channel, many in listed}


def total(collection: Collection) -> Count:
    known = counts(collection).values()
    return Count(sum(one.value for one in known), all(one.is_exact for one in known))


def weight_of_copies(collection: Collection, channel: str) -> Weight:
    """Of copies all are as large as the one that is kept."""
    with connection.cursor() as cursor:
        waiting = _WAITING.format(more="AND held.channel = %(channel)s")
        values: dict[str, str | int] = {"collection": collection.pk, "channel": channel}
        cursor.execute(_WEIGHT.format(waiting=waiting), values)
        return Weight(*map(int, cursor.fetchone()))
