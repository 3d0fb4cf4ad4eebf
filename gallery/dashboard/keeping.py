"""The numbers of a scope as they were counted last, whether they still hold, and counting anew.

What is small is counted while one waits; a large library by a job, and its page shows what was
counted before until the new numbers are there.
"""

import hashlib
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Sum
from django.http import QueryDict
from django.utils import timezone

from dtoolkit.core.errors import BadInput
from dtoolkit.jobs.kinds import Progress, Unwatched
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from gallery.dashboard import counting
from gallery.dashboard.counting import Facts
from gallery.models import Collection, Folder, HistoryEntry, Image, LibrarySummary
from gallery.search.estimates import TooSlow
from gallery.search.query import ResultQuery

JOB = "count-library"
LIVE_MS = 2500
JOB_MS = 20 * 60 * 1000
_SMALL = 30_000
_QUICK_MS = 700  # what took no longer last time is counted while one waits
_REST_FACTOR = 20  # what took long is counted less often by itself
_SHORTEST_REST = timedelta(seconds=20)
_MOST_SCOPES = 40
_ENTRIES_LOOKED_AT = 500
_LONGEST_TOLD = 1500
_TRY_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Look:
    """`facts` is None where nothing was counted yet; `is_current` where nothing changed since."""

    facts: Facts | None
    made_at: datetime | None
    took_ms: int
    is_current: bool
    may_start: bool
    job: Job | None
    trouble: str = ""


def look(query: ResultQuery) -> Look:
    scope = scope_of(query)
    kept = _kept(query.collection, scope)
    now = stamp(query.collection)
    if kept is not None and kept.stamp == now:
        return _as_kept(kept, query, is_current=True)
    if (fresh := _at_once(query, kept)) is not None:
        return _as_kept(fresh, query, is_current=True)
    if kept is None:
        job, trouble = _job(query), _trouble(query)
        may_start = job is None and not trouble and _is_tellable(query)
        return Look(None, None, 0, False, may_start, job, trouble)
    return _as_kept(kept, query, is_current=False)


def count_anew(query: ResultQuery) -> None:
    """At once where that is quick, else a job. Raises `BadInput`: see `start`."""
    if _at_once(query, _kept(query.collection, scope_of(query))) is None:
        start(query)


def _at_once(query: ResultQuery, kept: LibrarySummary | None) -> LibrarySummary | None:
    """None where it is too large to be waited for."""
    if not (_is_small(query) if kept is None else kept.took_ms <= _QUICK_MS):
        return None
    try:
        return make(query, LIVE_MS)
    except TooSlow:
        return None


def make(query: ResultQuery, limit_ms: int, progress: Progress | None = None) -> LibrarySummary:
    """Counts and keeps. Raises `TooSlow`. What is killed leaves what was kept before."""
    progress = progress or Unwatched()
    steps = 0

    def report(said: str) -> None:
        nonlocal steps
        progress.check()
        progress.report(steps, message=said)
        steps += 1

    now = stamp(query.collection)  # before: what changes meanwhile makes it old
    began = time.monotonic()
    facts = counting.count(query, limit_ms, report)
    scope = scope_of(query)
    kept = LibrarySummary(
        collection=query.collection,
        scope=scope,
        digest=_digest(scope),
        stamp=now,
        facts=facts,
        made_at=timezone.now(),
        took_ms=round((time.monotonic() - began) * 1000),
    )
    LibrarySummary.objects.bulk_create(
        [kept],
        update_conflicts=True,
        unique_fields=["collection", "digest"],
        update_fields=["scope", "stamp", "facts", "made_at", "took_ms"],
    )
    _forget_oldest(query.collection)
    progress.report(steps, message="")
    return kept


def start(query: ResultQuery) -> Job:
    """Raises `BadInput` where the query is too long for a job to be told."""
    if not _is_tellable(query):
        raise BadInput("This search is too long to be counted. Shorten it, or make it an album.")
    return enqueue(JOB, _params(query))


def query_of(params: dict[str, Any]) -> ResultQuery:
    """Raises `AppError` where its folder or album is gone."""
    collection = Collection.objects.get(pk=params["collection_id"])
    query = ResultQuery.from_params(QueryDict(params["scope"]), collection)
    _ = query.condition
    return query


def scope_of(query: ResultQuery) -> str:
    return query.replace(sort=query.default_sort, seed=0).querystring().removeprefix("?")


def stamp(collection: Collection) -> str:
    """Differs where the library has changed; a few milliseconds at a million images. An act that is
    undone long after it was done may be missed: there is a button, and another day is another
    stamp."""
    entries = HistoryEntry.objects.filter(collection=collection).order_by("-pk")
    latest = entries.values_list("changed_at", flat=True)[:_ENTRIES_LOOKED_AT]
    images = Image.objects.in_collection(collection).order_by("-pk").values_list("pk", flat=True)
    folders = Folder.objects.filter(root__collection=collection)
    jobs = Job.objects.filter(finished_at__isnull=False).exclude(kind=JOB)
    signs = (
        counting.VERSION,
        timezone.localdate(),
        max(latest, default=None),
        images.first(),
        folders.aggregate(sum=Sum("image_count"))["sum"],
        jobs.aggregate(last=Max("finished_at"))["last"],
    )
    return "|".join(str(sign) for sign in signs)


def _as_kept(kept: LibrarySummary, query: ResultQuery, *, is_current: bool) -> Look:
    job = _job(query)
    if is_current:
        return Look(kept.facts, kept.made_at, kept.took_ms, True, False, job)
    trouble = _trouble(query)
    rest = max(_SHORTEST_REST, timedelta(milliseconds=kept.took_ms * _REST_FACTOR))
    has_rested = timezone.now() - kept.made_at >= rest
    may_start = job is None and has_rested and not trouble and _is_tellable(query)
    return Look(kept.facts, kept.made_at, kept.took_ms, False, may_start, job, trouble)


def _kept(collection: Collection, scope: str) -> LibrarySummary | None:
    known = LibrarySummary.objects.filter(collection=collection, digest=_digest(scope))
    kept = known.first()
    return kept if kept is None or kept.facts.get("version") == counting.VERSION else None


def _digest(scope: str) -> uuid.UUID:
    return uuid.UUID(bytes=hashlib.md5(scope.encode(), usedforsecurity=False).digest())


def _is_small(query: ResultQuery) -> bool:
    folders = Folder.objects.filter(root__collection=query.collection)
    total = folders.aggregate(sum=Sum("image_count"))["sum"] or 0
    return total <= _SMALL or query.is_few


def _is_tellable(query: ResultQuery) -> bool:
    """A job's params stand in an index, whose rows have an end."""
    return len(scope_of(query)) <= _LONGEST_TOLD


def _params(query: ResultQuery) -> dict[str, Any]:
    return {"collection_id": query.collection.pk, "scope": scope_of(query)}


def _job(query: ResultQuery) -> Job | None:
    known = Job.objects.filter(kind=JOB, params=_params(query), state__in=Job.ACTIVE)
    return known.first()


def _trouble(query: ResultQuery) -> str:
    """Why counting ended lately, so that it is not begun again and again by itself."""
    since = timezone.now() - _TRY_AGAIN
    known = Job.objects.filter(kind=JOB, params=_params(query), finished_at__gte=since)
    last = known.order_by("-finished_at").first()
    if last is None or last.state == Job.State.DONE:
        return ""
    return last.error or "Counting was stopped."


def _forget_oldest(collection: Collection) -> None:
    """Of scopes that somebody looked at once; the whole library stays."""
    with transaction.atomic():
        scopes = LibrarySummary.objects.filter(collection=collection).exclude(scope="")
        old = scopes.order_by("-made_at").values_list("pk", flat=True)[_MOST_SCOPES:]
        LibrarySummary.objects.filter(pk__in=list(old)).delete()
