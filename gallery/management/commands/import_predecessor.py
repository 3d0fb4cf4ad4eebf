"""Takes over what people said in DiffusionToolkit 1.x."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dtoolkit.core import paths
from dtoolkit.core.errors import AppError
from gallery.management import restoring
from gallery.predecessor import bringing, mapping
from gallery.predecessor.reading import Predecessor
from gallery.services import roots


class Command(BaseCommand):
    help = "Takes over ratings, marks, albums, tags and saved queries from diffusion-toolkit.db."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="Only read, never written.")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="THERE=HERE",
            help="Where a folder of then lies now, as in D:\\images=/mnt/images; again and again.",
        )
        restoring.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            predecessor = Predecessor(options["file"], mapping.parse(options["map"]))
            taken = bringing.take(predecessor, roots.collection(options["collection"]))
            for news in predecessor.news:
                self.stdout.write(paths.display(news))
            for line in restoring.bring(taken, options, by_path=True):
                self.stdout.write(line)
        except AppError as error:
            raise CommandError(error.message) from error
