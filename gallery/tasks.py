"""The gallery's job kinds."""

from collections.abc import Iterator

from dtoolkit.jobs.kinds import Chunk, JobKind, Params, Progress
from gallery.models import Collection
from gallery.pipeline import planning, registry, runner


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


JOB_KINDS: tuple[type[JobKind], ...] = (Pipeline,)
