"""A root leaves the library: rows only, never a file."""

from collections.abc import Iterator

from dtoolkit.jobs.kinds import Chunk, JobKind, Params, Progress
from gallery.models import Image, LibraryRoot
from gallery.services import roots
from gallery.tasks.places import name_of


class RemoveRoot(JobKind):
    name = "remove_root"
    title = "Removing from the library"

    def describe(self, params: Params) -> str:
        return f"Removing {name_of(params)} from the library"

    def plan(self, params: Params) -> Iterator[Chunk]:
        yield Chunk((), Image.objects.filter(folder__root=params["root_id"]).count())

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        root = LibraryRoot.objects.filter(pk=params["root_id"]).first()
        if root is not None:  # or else it was done before the kill
            roots.remove(root, progress)
