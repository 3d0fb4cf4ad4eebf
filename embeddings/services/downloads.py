"""Vectors of a selection as one file for the browser; how many images a format takes that way."""

import tempfile
from typing import IO

from dtoolkit.core.errors import BadInput
from embeddings.exports import arrays, documents, files
from gallery.models import Selection
from gallery.services import selections

# JSON spells every number out; beyond, the command writes files of any size.
MOST = {"json": 1000, "npz": 50_000, "safetensors": 50_000}
_IN_MEMORY = 1 << 20


def form(name: str) -> str:
    """Raises `BadInput`."""
    if name not in MOST:
        raise BadInput(f"`format` is one of {', '.join(MOST)}.")
    return name


def check(selection: Selection, form: str) -> None:
    """Raises `BadInput` that says what to do instead."""
    count = len(selections.first_ids(selection, MOST[form] + 1))
    if not count:
        raise BadInput("No image is selected, or those that were are gone.")
    if count > MOST[form]:
        others = "Choose another format, or " if form == "json" else "For more: "
        raise BadInput(
            f"A download as {form} holds at most {MOST[form]:,} images. "
            f"{others}manage.py export_embeddings writes any number."
        )


def file(selection: Selection, form: str) -> IO[bytes]:
    """At its beginning; it is deleted when it is closed."""
    made = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    images = selections.images(selection)
    if form == "json":
        for piece in documents.as_list(images):
            made.write(piece)
    else:
        write = files.write_npz if form == "npz" else files.write_safetensors
        with arrays.of(images, documents.USUAL) as found:
            write(found, made)
    made.seek(0)
    return made
