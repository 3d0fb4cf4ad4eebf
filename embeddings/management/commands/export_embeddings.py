"""Writes vectors of images into files."""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dtoolkit.core.errors import AppError
from embeddings.exports import arrays, documents, files
from embeddings.services import choosing
from embeddings.spaces import ALIASES, SPACES, EmbeddingSpace
from gallery.models import Collection, Image
from gallery.querysets import ImageQuerySet
from gallery.services import selections

FORMATS = ("json", "npz", "safetensors")


class Command(BaseCommand):
    help = "Exports vectors: one JSON file an image, or all of them as .npz or .safetensors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("to", type=Path, help="A folder for JSON, else the file to write.")
        parser.add_argument("--format", choices=FORMATS, help="Else as the name of the file says.")
        parser.add_argument(
            "--images",
            nargs="+",
            metavar="WHICH",
            help="Only these: their numbers, or words as in the search field.",
        )
        parser.add_argument("--collection", default=settings.ENV.collection, help="Its slug.")
        parser.add_argument(
            "--space", action="append", metavar="NAME", help="Else CLIP-L, CLIP-G and CLIP-H."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        to: Path = options["to"].expanduser()
        form = options["format"] or to.suffix[1:] or "json"
        if form not in FORMATS:
            raise CommandError(f"{to.name} is none of {', '.join(FORMATS)}; say --format.")
        spaces = _spaces(options["space"])
        try:
            for number, images in enumerate(_chosen(options)):
                if form == "json":
                    self._write_documents(images, spaces, to)
                else:
                    self._write_arrays(images, spaces, to, form, number)
        except AppError as error:
            raise CommandError(error.message) from error
        except OSError as error:
            raise CommandError(f"{to} cannot be written: {error.strerror}.") from error

    def _write_documents(
        self, images: ImageQuerySet, spaces: Sequence[EmbeddingSpace], folder: Path
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        count = 0
        for pk, document in documents.of(images, spaces):
            (folder / f"image_{pk}.json").write_bytes(document + b"\n")
            count += 1
        self.stdout.write(f"Wrote {count:,} file{'' if count == 1 else 's'} into {folder}.")

    def _write_arrays(
        self,
        images: ImageQuerySet,
        spaces: Sequence[EmbeddingSpace],
        to: Path,
        form: str,
        number: int,
    ) -> None:
        path = to.with_stem(f"{to.stem}-{number + 1}") if number else to
        write = files.write_npz if form == "npz" else files.write_safetensors
        with arrays.of(images, spaces) as found, files.in_place(path) as file:
            write(found, file)
        self.stdout.write(f"Wrote {path} ({path.stat().st_size / 1e6:,.1f} MB).")


def _spaces(names: list[str] | None) -> Sequence[EmbeddingSpace]:
    found = []
    for name in names or [space.name for space in documents.USUAL]:
        space = SPACES.get(ALIASES.get(name, name))
        if space is None:
            raise CommandError(f"There is no space {name}. There are: {', '.join(SPACES)}.")
        found.append(space)
    return found


def _chosen(options: dict[str, Any]) -> list[ImageQuerySet]:
    collection = Collection.objects.filter(slug=options["collection"]).first()
    if options["images"]:
        chosen = choosing.of_words(options["images"], collection)
        return [selections.images(selection) for selection in chosen]
    if collection is None:
        raise CommandError(f"There is no collection {options['collection']}.")
    return [Image.objects.in_collection(collection)]
