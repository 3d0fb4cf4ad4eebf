"""A predecessor's database as a backup that was taken in; from there on it is like any other."""

import tempfile
from collections import Counter
from typing import IO

from django.utils import timezone

import dtoolkit
from gallery.backup import files, taking
from gallery.backup.records import Header
from gallery.backup.taking import Taken
from gallery.models import Collection
from gallery.predecessor.reading import Predecessor

SOURCE = "DiffusionToolkit 1.x"


def take(predecessor: Predecessor, collection: Collection) -> Taken:
    """Raises `BadInput` where the database cannot be read to its end; then nothing stays."""
    with tempfile.TemporaryFile() as file:
        _write(predecessor, collection, file)
        file.seek(0)
        return taking.take(file)


def _write(predecessor: Predecessor, collection: Collection, file: IO[bytes]) -> None:
    heads = list(predecessor.heads())
    header = Header(
        program=dtoolkit.__version__,
        made_at=timezone.now(),
        collection=collection.slug,
        counts={
            **Counter[str](head.kind for head in heads),
            "image": sum(1 for _ in predecessor.images()),
        },
        source=SOURCE,
        by_path=True,
    )
    writer = files.Writer(file, header)
    for head in heads:
        writer.put(head)
    for words in predecessor.images():
        writer.put(words)
    writer.end()
