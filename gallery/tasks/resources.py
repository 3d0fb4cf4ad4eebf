"""Model files: a scan lists and reads them, then uses are linked, then wanted hashes computed."""

from collections.abc import Iterator

from dtoolkit.core.errors import NotFound
from dtoolkit.jobs.kinds import Chunk, JobKind, Params, Progress
from dtoolkit.jobs.services.queue import enqueue
from gallery.models import ResourceFolder
from gallery.resources import hashes, linking, scanning


class ResourceScan(JobKind):
    name = "resource_scan"
    title = "Scanning model files"
    unit = "files"

    def describe(self, params: Params) -> str:
        return f"Scanning model files in {_folder(params)}"

    def plan(self, params: Params) -> Iterator[Chunk]:
        yield Chunk()

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        scanning.scan(_folder(params), progress, rebuild=params.get("rebuild", False))

    def finish(self, params: Params) -> None:
        enqueue("resource_link", {})


class ResourceLink(JobKind):
    name = "resource_link"
    title = "Linking model files to images"
    unit = "links"

    def plan(self, params: Params) -> Iterator[Chunk]:
        yield Chunk()

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        progress.report(linking.link_all())

    def finish(self, params: Params) -> None:
        if not params.get("is_last") and next(hashes.due(), None):
            enqueue("resource_hash", {})


class ResourceHash(JobKind):
    """A file a chunk; with `all` also those that no recorded use asks for."""

    name = "resource_hash"
    title = "Computing hashes of model files"
    unit = "MB"

    def plan(self, params: Params) -> Iterator[Chunk]:
        for pk, size in hashes.due(everything=params.get("all", False)):
            yield Chunk((pk,), size)

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        for pk in chunk.ids:
            hashes.compute(pk, progress)
        progress.report(chunk.size or 0)

    def finish(self, params: Params) -> None:
        """What could not be read stays wanted; it is not asked for again at once."""
        enqueue("resource_link", {"is_last": True})


def _folder(params: Params) -> ResourceFolder:
    folder = ResourceFolder.objects.filter(pk=params["folder_id"]).first()
    if folder is None:
        raise NotFound("This folder of model files is not known any more.")
    return folder
