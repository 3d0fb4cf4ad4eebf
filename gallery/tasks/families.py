"""Looking for families, as a job: when a person asks, and after images came or changed."""

from collections.abc import Iterator
from typing import Any

from dtoolkit.core.errors import NotFound
from dtoolkit.jobs.kinds import Chunk, JobKind, Params, Progress
from gallery.models import Collection
from gallery.services import families


class FindFamilies(JobKind):
    """One chunk: what came is beside all that is there. Started again it looks at what is left."""

    name = families.JOB
    title = "Looking for families"

    def describe(self, params: Params) -> str:
        return "Looking for families, all anew" if params["whole"] else self.title

    def plan(self, params: Params) -> Iterator[Chunk]:
        yield Chunk()

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        collection = Collection.objects.filter(pk=params["collection_id"]).first()
        if collection is None:
            raise NotFound("That collection is gone.")
        families.find(collection, progress, is_whole=params["whole"])


def on_images_indexed(collection_id: int, **_: Any) -> None:
    collection = Collection.objects.filter(pk=collection_id).first()
    if collection is not None:
        families.start(collection)
