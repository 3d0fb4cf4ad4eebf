"""Brings what people said from a backup to the images of the library."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dtoolkit.core.errors import AppError
from gallery.backup import taking
from gallery.management import restoring


class Command(BaseCommand):
    help = "Restores a backup: finds its images by what they hold, wherever they lie now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--by-path",
            action="store_true",
            help="Also images of the same path and size, though they hold something else.",
        )
        restoring.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open("rb") as file:
                taken = taking.take(file)
            for line in restoring.bring(taken, options, by_path=options["by_path"]):
                self.stdout.write(line)
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        except AppError as error:
            raise CommandError(error.message) from error
