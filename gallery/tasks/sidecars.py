"""Sidecars in and out."""

from collections.abc import Iterator

from dtoolkit.core import paths
from dtoolkit.jobs.kinds import Chunk, JobKind, Params, Progress
from gallery.models import Collection, Image
from gallery.services.sidecars import exporting, importing
from gallery.services.sidecars.exporting import Form, Order
from gallery.tasks.places import images_of, name_of


class ImportSidecars(JobKind):
    """Gives the sidecars of a folder elsewhere to the images of a collection."""

    name = "import_sidecars"
    title = "Importing sidecars"
    unit = "files"

    def describe(self, params: Params) -> str:
        return f"Importing sidecars from {paths.display(params['folder'])}"

    def plan(self, params: Params) -> Iterator[Chunk]:
        yield Chunk()

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        collection = Collection.objects.get(pk=params["collection_id"])
        importing.run(collection, params["folder"], progress)

    def finish(self, params: Params) -> None:
        importing.have_parsed_again(Collection.objects.get(pk=params["collection_id"]))


class ExportSidecars(JobKind):
    """Writes what is known of the images of a collection or a folder into files."""

    name = "export_sidecars"
    title = "Exporting sidecars"
    chunk_size = 1000

    def describe(self, params: Params) -> str:
        if "root_id" in params:
            return f"Exporting sidecars of {name_of(params)}"
        return f"Exporting sidecars of {Collection.objects.get(pk=params['collection_id'])}"

    def plan(self, params: Params) -> Iterator[Chunk]:
        if "root_id" in params:
            images = images_of(params)
        else:
            images = Image.objects.filter(collection=params["collection_id"])
        for ids in exporting.chunks(images, self.chunk_size):
            yield Chunk(ids, len(ids))

    def run(self, params: Params, chunk: Chunk, progress: Progress) -> None:
        order = Order(
            Form(params["form"]),
            params.get("to", ""),
            params.get("overwrite", False),
            params.get("by_root", False),
        )
        exporting.run(chunk.ids, order, progress)
