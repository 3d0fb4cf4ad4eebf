"""Counting a library for its dashboard, as a job."""

from collections.abc import Iterator

from dtoolkit.core.errors import Unavailable
from dtoolkit.jobs.kinds import Chunk, JobKind, Params, Progress
from gallery.dashboard import counting, keeping
from gallery.search.estimates import TooSlow


class CountLibrary(JobKind):
    """One chunk, so that all numbers are of one moment. Killed it begins anew, and the numbers that
    there were stand until then."""

    name = keeping.JOB
    title = "Counting the library"
    unit = "parts"

    def plan(self, params: Params) -> Iterator[Chunk]:
        yield Chunk(size=counting.STEPS_OF_WORK)

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        try:
            keeping.make(keeping.query_of(params), keeping.JOB_MS, progress)
        except TooSlow as error:
            raise Unavailable(
                "Counting took longer than 20 minutes and was stopped. Try it again when the "
                "machine is less busy."
            ) from error
