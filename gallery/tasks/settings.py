"""What the settings page has done to the whole library."""

from collections.abc import Iterator

from dtoolkit.jobs.kinds import Chunk, JobKind, Params, Progress
from dtoolkit.jobs.services.queue import enqueue
from gallery.models import Collection
from gallery.services import thumbnail_rebuild


class ThumbnailRebuild(JobKind):
    """Drops the thumbnails of a collection, for the pipeline that follows to make."""

    name = "thumbnail-rebuild"
    title = "Dropping thumbnails to make them again"
    chunk_size = 1000

    def plan(self, params: Params) -> Iterator[Chunk]:
        collection = Collection.objects.get(pk=params["collection_id"])
        for ids in thumbnail_rebuild.chunks(collection, self.chunk_size):
            yield Chunk(ids, len(ids))

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        progress.check()
        thumbnail_rebuild.drop(chunk.ids)
        progress.report(len(chunk.ids))

    def finish(self, params: Params) -> None:
        enqueue("pipeline", params)
