"""How many images a result has, never waited for: exact where that is quick, else an estimate."""

from dataclasses import dataclass

from django.db.models import Sum

from gallery.models import Folder, Image
from gallery.querysets import subtree
from gallery.search import stacks
from gallery.search.estimates import TooSlow, planned_rows, time_limit
from gallery.search.query import ResultQuery

LIMIT_MS = 800


@dataclass(frozen=True, slots=True)
class Count:
    value: int
    is_exact: bool


def count(query: ResultQuery, limit_ms: int = LIMIT_MS) -> Count:
    if query.replace(folder=None).is_filtered:
        return _counted(query, limit_ms)
    return Count(_in_folders(query), is_exact=True)


def _counted(query: ResultQuery, limit_ms: int) -> Count:
    if query.ranked:  # however long that takes, it is known before
        return Count(_exactly(query), is_exact=True)
    try:
        with time_limit(limit_ms):
            return Count(_exactly(query), is_exact=True)
    except TooSlow:
        if query.stacks:
            planned = stacks.planned_count(query.uncollapsed(), query.stacks)
            return Count(planned, is_exact=False)
        return Count(planned_rows(query.images()), is_exact=False)


def _exactly(query: ResultQuery) -> int:
    if query.stacks:
        return stacks.count(query.uncollapsed(), query.stacks)
    return query.images().count()


def _in_folders(query: ResultQuery) -> int:
    """By the folders' own counts, less the few that wait for deletion."""
    folders = Folder.objects.filter(root__collection=query.collection)
    trash = Image.objects.in_collection(query.collection).available().for_deletion()
    if query.within:
        folders = folders.filter(subtree(query.within))
        trash = trash.within(query.within)
    total: int = folders.aggregate(total=Sum("image_count"))["total"] or 0
    return max(0, total - trash.count())
