"""Writes what people said of images into the images' files."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dtoolkit.core.errors import AppError
from gallery.actions.into_files import WriteIntoFiles
from gallery.management import in_files
from gallery.services import selections
from gallery.written import previews


class Command(BaseCommand):
    help = "Writes ratings, tags, notes and edited prompts into the files, as XMP."

    def add_arguments(self, parser: ArgumentParser) -> None:
        in_files.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            selection = in_files.chosen(options)
            for line in _told(previews.of_writing(selections.images(selection))):
                self.stdout.write(line)
            if options["dry_run"]:
                self.stdout.write("Nothing was written.")
                return
            for line in in_files.perform(WriteIntoFiles.name, {}, selection):
                self.stdout.write(line)
        except AppError as error:
            raise CommandError(error.message) from error


def _told(preview: previews.Writing) -> Iterator[str]:
    yield f"Of {preview.count:,} files something was said."
    yield from (f"  {many:,} {kind}: into the file" for kind, many in preview.into)
    yield from (f"  {many:,} {kind}: into a sidecar beside it" for kind, many in preview.beside)
    yield from (f"  {many:,} left out: {reason}" for reason, many in preview.left)
