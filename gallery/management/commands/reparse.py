"""Reads stored texts again with the parsers of this version; no file is touched."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from dtoolkit.jobs.terminal import JobDisplay
from gallery.models import LibraryRoot
from gallery.services import reparse


class Command(BaseCommand):
    help = "Parses what files said once more, where better parsers came since; opens no file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="Also what is up to date.")
        parser.add_argument("--collection", help="Only this collection: its slug.")
        parser.add_argument(
            "--workers", type=int, default=settings.Q_CLUSTER["workers"], help="Processes to use."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        roots = LibraryRoot.objects.order_by("pk")
        if options["collection"]:
            roots = roots.filter(collection__slug=options["collection"])
        if not roots:
            raise CommandError("There is no library folder to read again.")
        count = 0
        with JobDisplay() as show:
            for root in roots:
                job = reparse.start(root, everything=options["all"])
                job = run_inline(job, on_progress=show, workers=max(1, options["workers"]))
                if job.state == Job.State.CANCELLED:
                    raise CommandError("Stopped. What was read is kept; run it again to go on.")
                if job.state == Job.State.FAILED:
                    raise CommandError(job.error)
                count += job.done
        noun = "image" if count == 1 else "images"
        self.stdout.write(f"Read the stored texts of {count:,} {noun} again.")
