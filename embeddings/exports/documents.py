"""One image's vectors as JSON, in the names that ComfyUI users of the seed program know."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from django.db import connection

from embeddings import subjects
from embeddings.spaces import SPACES, EmbeddingSpace
from gallery.models import Image
from gallery.querysets import ImageQuerySet
from gallery.scanning.saving.copying import int_array

NAMES = {
    "clip_l": "ClipL",
    "clip_g": "ClipG",
    "clip_h": "ImageEmbedding",
    "prompt": "PromptEmbedding",
    "negative": "NegativePromptEmbedding",
    "caption": "CaptionEmbedding",
}
# What the seed program exported.
USUAL = tuple(SPACES[name] for name in ("clip_l", "clip_g", "clip_h"))
_BATCH = 100
_SUBJECTS = "SELECT id, {subject} FROM gallery_image AS image WHERE id = ANY(%s::bigint[])"


def of(
    images: ImageQuerySet, spaces: Sequence[EmbeddingSpace] = USUAL
) -> Iterator[tuple[int, bytes]]:
    """By image id, in rising order. What an image lacks is null; nothing is made up."""
    rows = images.select_related("folder__root").order_by("pk")
    batch: list[Image] = []
    for image in rows.iterator(_BATCH):
        batch.append(image)
        if len(batch) == _BATCH:
            yield from _documents(batch, spaces)
            batch = []
    yield from _documents(batch, spaces)


def as_list(images: ImageQuerySet, spaces: Sequence[EmbeddingSpace] = USUAL) -> Iterator[bytes]:
    """All of them as one JSON list, in pieces."""
    yield b"["
    for number, (_, document) in enumerate(of(images, spaces)):
        yield (b",\n" if number else b"\n") + document
    yield b"\n]\n"


def _documents(
    images: Sequence[Image], spaces: Sequence[EmbeddingSpace]
) -> Iterator[tuple[int, bytes]]:
    found = {space.name: _vectors(images, space) for space in spaces}
    for image in images:
        vectors = {name: by_image.get(image.pk) for name, by_image in found.items()}
        yield image.pk, orjson.dumps(_document(image, vectors), option=orjson.OPT_SERIALIZE_NUMPY)


def _vectors(images: Sequence[Image], space: EmbeddingSpace) -> dict[int, Any]:
    ids = int_array(image.pk for image in images)
    with connection.cursor() as cursor:
        cursor.execute(_SUBJECTS.format(subject=subjects.of_image(space)), [ids])
        of_image = {pk: subject for pk, subject in cursor.fetchall() if subject is not None}
    known = space.vectors._default_manager.in_bulk(set(of_image.values()))
    return {pk: known[subject] for pk, subject in of_image.items() if subject in known}


def _document(image: Image, vectors: dict[str, Any]) -> dict[str, Any]:
    import numpy as np

    document: dict[str, Any] = {
        "ImageId": image.pk,
        "ImagePath": str(image.disk_path).encode("utf-8", "replace").decode(),
        "Width": image.width,
        "Height": image.height,
    }
    keys, norms = {}, {}
    for space, row in vectors.items():
        name = NAMES[space]
        values = None if row is None else row.vector.to_numpy().astype(np.float32)
        document[name] = values
        if row is not None and values is not None:
            keys[name] = row.model_key
            norms[name] = float(np.linalg.norm(values))
    return {**document, "ModelKeys": keys, "Norms": norms}
