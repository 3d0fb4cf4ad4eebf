"""Sidecars from a folder elsewhere into the library, and what the library knows out as sidecars."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dtoolkit.core import paths
from dtoolkit.core.errors import AppError
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from dtoolkit.jobs.terminal import JobDisplay
from gallery.models import Collection
from gallery.services import places
from gallery.services.sidecars import exporting, importing
from gallery.services.sidecars.exporting import Form, Order


class Command(BaseCommand):
    help = "Imports a folder of sidecars, or exports what is known of images as sidecars."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        taking = acts.add_parser("import", help="Gives sidecars to the images of their name.")
        taking.add_argument("folder", help="It is looked through with all below it.")
        giving = acts.add_parser("export", help="Writes what is known of images.")
        giving.add_argument("--folder", help="Only images of this folder and all below it.")
        giving.add_argument("--to", type=Path, help="Where to; else beside the images.")
        giving.add_argument("--format", choices=[*Form], default=Form.JSON)
        giving.add_argument(
            "--overwrite", action="store_true", help="Also files that others wrote."
        )
        for act in (taking, giving):
            act.add_argument("--collection", default=settings.ENV.collection, help="Its slug.")
            act.add_argument("--workers", type=int, default=settings.Q_CLUSTER["workers"])

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            job = _start(options)
        except AppError as error:
            raise CommandError(error.message) from error
        with JobDisplay() as show:
            last = run_inline(
                job, on_progress=show, workers=max(1, options["workers"]), follow=True
            )
        job.refresh_from_db()
        if Job.State.CANCELLED in {job.state, last.state}:
            raise CommandError("Stopped. What is done is kept; run it again to go on.")
        if job.error or last.error:
            raise CommandError(job.error or last.error)
        self.stdout.write(job.message or "There was nothing to do.")


def _start(options: dict[str, Any]) -> Job:
    collection = Collection.objects.filter(slug=options["collection"]).first()
    if collection is None:
        raise CommandError(f"There is no collection {options['collection']}.")
    if options["act"] == "import":
        return importing.start(collection, options["folder"])
    of = places.locate(options["folder"]) if options["folder"] else collection
    to = paths.to_text(str(options["to"].expanduser().absolute())) if options["to"] else ""
    return exporting.start(of, Order(Form(options["format"]), to, options["overwrite"]))
