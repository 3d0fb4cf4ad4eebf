"""The pictures that a picture was made from, as its file names them."""

from typing import Any

from gallery.metadata import GenerationParameters
from gallery.scanning import cleaning
from gallery.scanning.saving.copying import copy

_MOST = 1000
_COPY = "COPY gallery_imagesource (image_id, position, kind, name, recorded_hash) FROM STDIN"


def save(cursor: Any, made: dict[int, GenerationParameters]) -> None:
    rows = [
        (
            image_id,
            position,
            cleaning.name(source.kind),
            cleaning.name(source.name),
            cleaning.name(source.hash),
        )
        for image_id, each in made.items()
        for position, source in enumerate(each.sources[:_MOST])
    ]
    if rows:
        copy(cursor, _COPY, rows)
