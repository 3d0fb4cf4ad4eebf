"""Looking for duplicates, as a job: one a channel."""

from collections.abc import Iterator

from dtoolkit.jobs.kinds import Chunk, JobKind, Params, Progress
from gallery.duplicates import channels
from gallery.models import Collection
from gallery.services.duplicates import finding


class FindDuplicates(JobKind):
    """One chunk: all images are looked at together. Started again it begins anew, and what was
    found before stands until then."""

    name = finding.JOB
    title = "Looking for duplicates"

    def describe(self, params: Params) -> str:
        return f"Looking for duplicates: {channels.get(params['channel']).title.lower()}"

    def plan(self, params: Params) -> Iterator[Chunk]:
        yield Chunk()

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        finding.find(
            Collection.objects.get(pk=params["collection_id"]),
            channels.get(params["channel"]),
            params["limit"],
            progress,
            is_confirmed=params["is_confirmed"],
        )
