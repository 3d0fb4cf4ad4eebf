"""The vectors of images as they are stored now, by space."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from embeddings.models import ImageDescription
from embeddings.services import weights
from embeddings.spaces import SPACES, EmbeddingSpace
from gallery.models import Image

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vector = npt.NDArray[np.float32]


def vectors(images: Iterable[Image], spaces: Iterable[str]) -> dict[int, "dict[str, Vector]"]:
    """By image id and space name; only those of the networks' present weights, and of pictures only
    those of the file as it is now."""
    images = list(images)
    found: dict[int, dict[str, Vector]] = {image.pk: {} for image in images}
    for name in spaces:
        space = SPACES[name]
        subjects = _subjects(images, space)
        key = weights.model_key(space.network)
        if not subjects or key is None:
            continue
        rows = space.vectors.objects.filter(pk__in=set(subjects.values()), model_key=key)  # type: ignore[attr-defined]
        by_subject = {row.pk: row for row in rows}
        for image in images:
            row = by_subject.get(subjects.get(image.pk))
            is_stale = space.subject == "image" and row and row.content != image.fingerprint
            if row is not None and not is_stale:
                found[image.pk][name] = row.vector.to_numpy().astype("float32")
    return found


def is_any(space: EmbeddingSpace) -> bool:
    """Something is embedded in it with the present weights."""
    key = weights.model_key(space.network)
    return key is not None and space.vectors.objects.filter(model_key=key).exists()  # type: ignore[attr-defined]


def _subjects(images: list[Image], space: EmbeddingSpace) -> Mapping[int, int]:
    """Whose vector is the image's own, where it has such a thing."""
    if space.subject == "image":
        return {image.pk: image.pk for image in images}
    if space.subject == "description":
        rows = ImageDescription.objects.filter(pk__in=[image.pk for image in images])
        return dict(rows.values_list("image", "description"))
    column = "prompt_id" if space.subject == "prompt" else "negative_prompt_id"
    return {image.pk: pk for image in images if (pk := getattr(image, column))}
