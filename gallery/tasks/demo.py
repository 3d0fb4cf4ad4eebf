"""Paints a small library; what is painted is scanned while the rest is on its way."""

from collections.abc import Iterator

from django.utils import timezone

from dtoolkit.jobs.kinds import Chunk, JobKind, Params, Progress
from dtoolkit.jobs.services.queue import enqueue
from gallery.services import demo
from gallery.tasks.places import root_of


class Demo(JobKind):
    name = "demo"
    title = "Painting the demo"
    unit = "pictures"
    chunk_size = 6

    def plan(self, params: Params) -> Iterator[Chunk]:
        for start in range(0, params["count"], self.chunk_size):
            ids = tuple(range(start, min(start + self.chunk_size, params["count"])))
            yield Chunk(ids, len(ids))

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        root = root_of(params)
        for done, index in enumerate(chunk.ids, start=1):
            progress.check()
            demo.paint(root, params["count"], index, timezone.now())
            progress.report(done)
        enqueue("quick_scan", {"root_id": root.pk, "rebuild": False})

    def finish(self, params: Params) -> None:
        enqueue("quick_scan", {"root_id": params["root_id"], "rebuild": False})
