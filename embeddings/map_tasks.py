"""Drawing the map, as a job."""

from collections.abc import Iterator

from dtoolkit.jobs.kinds import Chunk, JobKind, Params, Progress
from embeddings.services import maps
from gallery.models import Collection


class DrawMap(JobKind):
    """One chunk: the layout is one piece, and placing the others is quick."""

    name = maps.JOB
    title = "Drawing the map"

    def plan(self, params: Params) -> Iterator[Chunk]:
        yield Chunk()

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        maps.draw(Collection.objects.get(pk=params["collection_id"]), progress)
