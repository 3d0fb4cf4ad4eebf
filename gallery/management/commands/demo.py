"""Paints a small library with true metadata, and scans it, here in the terminal."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dtoolkit.core.errors import AppError
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from dtoolkit.jobs.terminal import JobDisplay
from gallery.services import demo


class Command(BaseCommand):
    help = "Makes a small library of painted pictures with true metadata of several generators."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--count", type=int, default=demo.DEFAULT_COUNT, help="How many pictures."
        )
        parser.add_argument(
            "--folder", type=Path, help="Where; default `demo` in the data folder. Files stay."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            job = demo.start(settings.ENV.collection, options["folder"], options["count"])
        except AppError as error:
            raise CommandError(error.message) from error
        workers: Any = settings.Q_CLUSTER["workers"]
        with JobDisplay() as show:
            last = run_inline(job, on_progress=show, workers=workers, follow=True)
        if last.state != Job.State.DONE:
            raise CommandError(last.error or "Stopped. Run it again to go on.")
