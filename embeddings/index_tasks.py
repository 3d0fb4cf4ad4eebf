"""Building the index of a space, as a job."""

from collections.abc import Iterator

from dtoolkit.jobs.kinds import Chunk, JobKind, Params, Progress
from embeddings.job_names import INDEX
from embeddings.services import bulk_loads, indexes
from embeddings.spaces import SPACES


class BuildIndex(JobKind):
    """The database does the work, so it needs no card."""

    name = INDEX
    title = "Building an index"
    unit = "vectors"

    def describe(self, params: Params) -> str:
        return f"Building the index of {SPACES[params['space']].title}"

    def plan(self, params: Params) -> Iterator[Chunk]:
        """Nothing where a load has begun meanwhile: its end starts this anew."""
        space = SPACES[params["space"]]
        if not indexes.exists(space) and not bulk_loads.is_loading(space):
            yield Chunk(size=space.vectors._base_manager.count())

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        bulk_loads.build(SPACES[params["space"]], progress)

    def ended(self, params: Params) -> None:
        """The next one's turn. Behind one that failed or was stopped only those after it, so that
        this comes to an end."""
        space = SPACES[params["space"]]
        bulk_loads.start_due(after=None if indexes.exists(space) else space)
