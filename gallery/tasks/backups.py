"""Backups made and restored, as jobs."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from dtoolkit.core.errors import NotFound
from dtoolkit.jobs.kinds import Chunk, JobKind, Params, Progress
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from gallery import preferences
from gallery.backup import folders, making, previews, restoring, taking, waiting
from gallery.backup.options import Options
from gallery.models import Collection, HistoryEntry

_PLACES_A_CHUNK = 5
_DAY, _REST = timedelta(days=1), timedelta(hours=1)


class MakeBackup(JobKind):
    """Into the data folder, or to `to`."""

    name = "backup"
    title = "Backing up"

    def due(self, now: datetime) -> Iterator[Params]:
        """Once a day where that is wanted; what went wrong rests an hour."""
        if not preferences.get(preferences.DAILY_BACKUP):
            return
        for collection in Collection.objects.order_by("pk"):
            params = {"collection_id": collection.pk}
            lately = Job.objects.filter(kind=self.name, params=params, created_at__gt=now - _REST)
            if folders.is_older(collection, _DAY, now) and not lately.exists():
                yield params

    def describe(self, params: Params) -> str:
        return f"Backing up what was said in {_collection(params)}"

    def plan(self, params: Params) -> Iterator[Chunk]:
        yield Chunk()

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        collection = _collection(params)
        to = Path(params["to"]) if "to" in params else folders.new(collection)
        making.make(collection, to, progress)
        if "to" not in params:
            folders.prune(collection)


class PreviewRestore(JobKind):
    """What restoring would do, for the page to show."""

    name = "restore-preview"
    title = "Comparing a backup with the library"

    def plan(self, params: Params) -> Iterator[Chunk]:
        yield Chunk()

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        taken = taking.taken(params["token"])
        options = Options.of(params)
        tally = restoring.look(taken, _collection(params), options, progress.check)
        previews.keep(taken, _collection(params), options, tally)
        progress.report(taken.images)


class Restore(JobKind):
    """Brings words to their images; ids are places in the file."""

    name = restoring.JOB
    title = "Restoring a backup"

    def describe(self, params: Params) -> str:
        return _entry(params).sentence

    def plan(self, params: Params) -> Iterator[Chunk]:
        places = list(taking.places(taking.taken(params["token"]).path))
        for first in range(0, len(places), _PLACES_A_CHUNK):
            some = places[first : first + _PLACES_A_CHUNK]
            yield Chunk(tuple(place for place, _ in some), sum(many for _, many in some))

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        entry, taken = _entry(params), taking.taken(params["token"])
        done = 0
        for place in chunk.ids:
            progress.check()
            tally = restoring.run(entry, taken, place)
            done += tally.found + tally.waiting
            progress.report(done)

    def finish(self, params: Params) -> None:
        entry = HistoryEntry.objects.filter(pk=params["entry"]).first()
        if entry is not None and entry.is_under_way:
            restoring.finish(entry, taking.taken(params["token"]))


class RestoreWaiting(JobKind):
    """Looks whether images came that words were waiting for."""

    name = "restore-waiting"
    title = "Looking for images that a backup knows"

    def plan(self, params: Params) -> Iterator[Chunk]:
        yield Chunk()

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        restoring.retry(_collection(params), progress.check)


def on_images_indexed(collection_id: int, **_: Any) -> None:
    collection = Collection.objects.filter(pk=collection_id).first()
    if collection is not None and waiting.listed(collection):
        enqueue("restore-waiting", {"collection_id": collection_id})


def _collection(params: Params) -> Collection:
    collection = Collection.objects.filter(pk=params["collection_id"]).first()
    if collection is None:
        raise NotFound("That collection is gone.")
    return collection


def _entry(params: Params) -> HistoryEntry:
    entry = HistoryEntry.objects.select_related("collection").filter(pk=params["entry"]).first()
    if entry is None:
        raise NotFound("What was to be restored is no longer in the history.")
    return entry
