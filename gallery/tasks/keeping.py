"""Keeps the library in step with the disk where no scan does."""

from collections.abc import Iterator

from dtoolkit.jobs.kinds import Chunk, JobKind, Params, Progress
from gallery.services import unavailable
from gallery.services.unavailable import Act
from gallery.tasks.places import name_of, root_of


class Unavailable(JobKind):
    """Looks for the file of every image of a root; `act` says what becomes of those without."""

    name = "unavailable"
    title = "Looking for vanished files"
    chunk_size = 5000

    def describe(self, params: Params) -> str:
        where = name_of(params)
        if params["act"] == Act.REMOVE:
            return f"Removing what is gone from {where}"
        return f"Looking for vanished files in {where}"

    def plan(self, params: Params) -> Iterator[Chunk]:
        for ids in unavailable.chunks(root_of(params), Act(params["act"]), self.chunk_size):
            yield Chunk(ids, len(ids))

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        unavailable.run(
            root_of(params),
            chunk.ids,
            Act(params["act"]),
            progress,
            include_offline=params.get("include_offline", False),
        )
