"""The gallery's job kinds: a quick scan starts a deep scan, a deep scan the pipeline."""

from collections.abc import Iterator

from django.utils import timezone

from dtoolkit.core.errors import NotFound
from dtoolkit.jobs.kinds import Chunk, JobKind, Params, Progress
from dtoolkit.jobs.services.queue import enqueue
from gallery.models import Collection, Image, LibraryRoot
from gallery.pipeline import planning, registry, runner
from gallery.scanning import deep, quick
from gallery.services import demo


def _root(params: Params) -> LibraryRoot:
    root = LibraryRoot.objects.filter(pk=params["root_id"]).first()
    if root is None:
        raise NotFound("This folder is not in the library any more.")
    return root


class QuickScan(JobKind):
    """Lists a root's files; `rebuild` compares folders that look unchanged as well."""

    name = "quick_scan"
    title = "Scanning"
    unit = "files"

    def describe(self, params: Params) -> str:
        return f"Scanning {_root(params).name}"

    def plan(self, params: Params) -> Iterator[Chunk]:
        yield Chunk()

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        root = _root(params)
        quick.scan(root, progress, rebuild=params.get("rebuild", False))

    def finish(self, params: Params) -> None:
        enqueue("deep_scan", params)


class DeepScan(JobKind):
    """Reads the files of a root that are unread; `rebuild` reads all of them again."""

    name = "deep_scan"
    title = "Reading metadata"
    chunk_size = 1000

    def describe(self, params: Params) -> str:
        return f"Reading metadata in {_root(params).name}"

    def plan(self, params: Params) -> Iterator[Chunk]:
        images = Image.objects.filter(folder__root=params["root_id"])
        waiting = deep.unread(images, rebuild=params.get("rebuild", False))
        for ids in deep.chunks(waiting, self.chunk_size):
            yield Chunk(ids, len(ids))

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        deep.scan(chunk.ids, progress)

    def give_up(self, params: Params, chunk: Chunk, reason: str) -> None:
        deep.give_up(chunk.ids, reason)

    def finish(self, params: Params) -> None:
        root = _root(params)
        enqueue("pipeline", {"collection_id": root.collection_id})


class Pipeline(JobKind):
    """Takes a collection's images through the stages they miss."""

    name = "pipeline"
    title = "Making thumbnails and hashes"
    chunk_size = 256

    def plan(self, params: Params) -> Iterator[Chunk]:
        collection = Collection.objects.get(pk=params["collection_id"])
        for ids in planning.chunks(collection, registry.stages(), self.chunk_size):
            yield Chunk(ids, len(ids))

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        runner.run(chunk.ids, registry.stages(), progress)

    def give_up(self, params: Params, chunk: Chunk, reason: str) -> None:
        runner.give_up(chunk.ids, registry.stages(), reason)


class Demo(JobKind):
    """Paints a small library; what is painted is scanned while the rest is on its way."""

    name = "demo"
    title = "Painting the demo"
    unit = "pictures"
    chunk_size = 6

    def plan(self, params: Params) -> Iterator[Chunk]:
        for start in range(0, params["count"], self.chunk_size):
            ids = tuple(range(start, min(start + self.chunk_size, params["count"])))
            yield Chunk(ids, len(ids))

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        root = _root(params)
        for done, index in enumerate(chunk.ids, start=1):
            progress.check()
            demo.paint(root, params["count"], index, timezone.now())
            progress.report(done)
        enqueue("quick_scan", {"root_id": root.pk, "rebuild": False})

    def finish(self, params: Params) -> None:
        enqueue("quick_scan", {"root_id": params["root_id"], "rebuild": False})


JOB_KINDS: tuple[type[JobKind], ...] = (QuickScan, DeepScan, Pipeline, Demo)
