"""Words into files as people go, and words of new files into the library."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from dtoolkit.jobs.kinds import Chunk, JobKind, Params, Progress
from dtoolkit.jobs.services.queue import enqueue
from gallery.models import Collection, WordsWaiting
from gallery.services import new_words
from gallery.services.selections import batches_of
from gallery.written import waiting

_CHUNK = 1000


class WriteWaiting(JobKind):
    """Where that is wanted: what waits, after some quiet."""

    name = "write-words"
    title = "Writing into files"
    unit = "files"

    def due(self, now: datetime) -> Iterator[Params]:
        if waiting.is_due(now):
            yield {}

    def plan(self, params: Params) -> Iterator[Chunk]:
        for ids in batches_of(waiting.images(), _CHUNK):
            yield Chunk(tuple(ids))

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        waiting.run(chunk.ids, progress)


class TakeWords(JobKind):
    """Of new files that were written into elsewhere; never over what was said here."""

    name = "take-words"
    title = "Reading words from new files"

    def due(self, now: datetime) -> Iterator[Params]:
        for pk in Collection.objects.values_list("pk", flat=True):
            if WordsWaiting.objects.filter(is_new=True, image__collection=pk).exists():
                yield {"collection_id": pk}

    def plan(self, params: Params) -> Iterator[Chunk]:
        yield Chunk()

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        collection = Collection.objects.filter(pk=params["collection_id"]).first()
        if collection is not None:
            new_words.take(collection, progress)


def on_images_indexed(collection_id: int, **_: Any) -> None:
    """The receiver only enqueues."""
    if WordsWaiting.objects.filter(is_new=True, image__collection=collection_id).exists():
        enqueue("take-words", {"collection_id": collection_id})
