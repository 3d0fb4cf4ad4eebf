"""A quick scan starts a deep scan, a deep scan the pipeline, and parsing again where it is due."""

from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from django.db import transaction

from dtoolkit.jobs.kinds import Chunk, JobKind, Params, Progress
from dtoolkit.jobs.services.queue import enqueue
from gallery.models import Collection
from gallery.pipeline import planning, registry, runner
from gallery.pipeline.stages import Cluster
from gallery.scanning import deep, moves, quick
from gallery.services import rebuild, reparse, resources, unavailable
from gallery.signals import images_indexed
from gallery.tasks.places import images_of, name_of, root_of


class QuickScan(JobKind):
    """Lists the files of a root or of a folder in it; `rebuild` also where it looks unchanged."""

    name = "quick_scan"
    title = "Scanning"
    unit = "files"

    def describe(self, params: Params) -> str:
        return f"Scanning {name_of(params)}"

    def plan(self, params: Params) -> Iterator[Chunk]:
        yield Chunk()

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        root, folder = root_of(params), params.get("folder", "")
        rebuilds = params.get("rebuild", False)
        if folder:
            if rebuilds:
                rebuild.have_compared(root, folder)
            quick.scan_folders(root, rebuild.folders_below(root, folder), progress)
        else:
            quick.scan(root, progress, rebuild=rebuilds)
        unavailable.take_back(root, of_returned_only=True)

    def finish(self, params: Params) -> None:
        enqueue("deep_scan", params)


class DeepScan(JobKind):
    """Reads the unread files of a root or of a folder in it; `rebuild` reads all of them again."""

    name = "deep_scan"
    title = "Reading metadata"
    chunk_size = 1000

    def describe(self, params: Params) -> str:
        return f"Reading metadata in {name_of(params)}"

    def plan(self, params: Params) -> Iterator[Chunk]:
        waiting = deep.unread(images_of(params), rebuild=params.get("rebuild", False))
        for ids in deep.chunks(waiting, self.chunk_size):
            yield Chunk(ids, len(ids))

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        deep.scan(chunk.ids, progress)

    def give_up(self, params: Params, chunk: Chunk, reason: str) -> None:
        deep.give_up(chunk.ids, reason)

    def finish(self, params: Params) -> None:
        root = root_of(params)
        moves.settle(is_last=True)
        moves.settle_unread()
        reparse.start_if_due(root)
        resources.start_hashing_if_wanted()
        enqueue("pipeline", {"collection_id": root.collection_id})


class Reparse(JobKind):
    """Parses stored texts of a root's images again: the outdated ones, or with `all` each."""

    name = "reparse"
    title = "Reading stored texts again"
    chunk_size = 1000

    def describe(self, params: Params) -> str:
        return f"Reading stored texts of {name_of(params)} again"

    def plan(self, params: Params) -> Iterator[Chunk]:
        for ids in reparse.chunks(root_of(params), params.get("all", False), self.chunk_size):
            yield Chunk(ids, len(ids))

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        reparse.run(chunk.ids, progress)

    def finish(self, params: Params) -> None:
        reparse.note_done(root_of(params))


class Pipeline(JobKind):
    """Takes a collection's images through the stages of a cluster that they miss, newest first."""

    name = "pipeline"
    title = "Making thumbnails and hashes"
    stages_of: ClassVar[Cluster] = "default"
    chunk_size = 256

    def plan(self, params: Params) -> Iterator[Chunk]:
        collection = Collection.objects.get(pk=params["collection_id"])
        stages, count = registry.ready(self.stages_of), 0
        for ids in planning.chunks(collection, stages, self.chunk_size):
            count += len(ids)
            yield Chunk(ids, len(ids))
        for stage in stages:
            transaction.on_commit(partial(stage.begin, count))

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        runner.run(chunk.ids, registry.ready(self.stages_of), progress)

    def give_up(self, params: Params, chunk: Chunk, reason: str) -> None:
        runner.give_up(chunk.ids, registry.ready(self.stages_of), reason)

    def ended(self, params: Params) -> None:
        for stage in registry.stages(self.stages_of):
            stage.end()

    def finish(self, params: Params) -> None:
        images_indexed.send(type(self), collection_id=params["collection_id"])


class GpuPipeline(Pipeline):
    """Whoever brings a stage for it starts it too: nothing here knows what a network needs."""

    name = "gpu_pipeline"
    title = "Embedding pictures"
    cluster = "gpu"
    stages_of = "gpu"

    def finish(self, params: Params) -> None:
        """Nothing follows: what it made is not what others wait for."""
