"""Reads what was said of images from the images' files, as they were when last scanned."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dtoolkit.core.errors import AppError
from gallery.actions.into_files import ReadFromFiles
from gallery.management import in_files
from gallery.services import selections
from gallery.written import previews


class Command(BaseCommand):
    help = "Reads ratings, tags and notes from the files; what was said here stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        in_files.add_arguments(parser)
        parser.add_argument(
            "--take-files-words",
            action="store_true",
            help="Where both say something else, the file's word counts.",
        )
        parser.add_argument(
            "--own", action="store_true", help="Only what this program wrote, not what others did."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        values = {
            "prefer": "files" if options["take_files_words"] else "library",
            "own": "1" if options["own"] else "",
        }
        try:
            selection = in_files.chosen(options)
            if options["dry_run"]:
                self._tell(previews.of_reading(selections.images(selection)))
                return
            for line in in_files.perform(ReadFromFiles.name, values, selection):
                self.stdout.write(line)
        except AppError as error:
            raise CommandError(error.message) from error

    def _tell(self, preview: previews.Reading) -> None:
        first = "" if preview.is_all else "first "
        self.stdout.write(
            f"{preview.speaking:,} of the {first}{preview.looked_at:,} files say something."
        )
        for what, many in preview.given:
            self.stdout.write(f"  {what}: {many:,} are new here")
        for what, many in preview.conflicts:
            self.stdout.write(f"  {what}: {many:,} are said otherwise here")
        for each in preview.differences:
            line = f"    {each.name}: {each.what} {each.here} here, {each.there} in the file"
            self.stdout.write(line)
        self.stdout.write("Nothing was changed.")
