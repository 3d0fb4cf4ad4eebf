"""Writes what people said of a collection into one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dtoolkit.core.errors import AppError
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from dtoolkit.jobs.services.runner import run_inline
from dtoolkit.jobs.terminal import JobDisplay
from gallery.models import Collection


class Command(BaseCommand):
    help = "Writes ratings, tags, notes, albums and all else that people said into one file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="Compressed where it ends in .gz.")
        parser.add_argument("--collection", default=settings.ENV.collection, help="Its slug.")

    def handle(self, *args: Any, **options: Any) -> None:
        collection = Collection.objects.filter(slug=options["collection"]).first()
        if collection is None:
            raise CommandError(f"There is no collection {options['collection']}.")
        file = options["file"].expanduser().absolute()
        if file.is_dir():
            raise CommandError(f"{file} is a folder. Name a file in it.")
        params = {"collection_id": collection.pk, "to": str(file)}
        try:
            with JobDisplay() as show:
                job = run_inline(enqueue("backup", params), on_progress=show)
        except AppError as error:
            raise CommandError(error.message) from error
        if job.state != Job.State.DONE or job.error:
            raise CommandError(job.error or "Stopped; no file was written.")
        self.stdout.write(f"What was said of {job.done:,} images is in {file}.")
        for other in Collection.objects.exclude(pk=collection.pk):
            self.stdout.write(f"{other} has a file of its own: --collection {other.slug}.")
