"""Pictures with vectors in the space clip_h: groups that look alike, and what stores them."""

import numpy as np

from embeddings.models import ClipHVector
from gallery.models import Image
from tests.factories import FolderFactory, ImageFactory

KEY = "clip-h:test"


def groups_of_vectors(count: int, groups: int, seed: int = 1) -> np.ndarray:
    """float32 (count, 1024), row n of group n % groups; groups are far from each other."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(groups, 1024)) * 3
    rows = centres[np.arange(count) % groups] + rng.normal(size=(count, 1024))
    return rows.astype(np.float32)


def add_images(count: int, groups: int = 3, **fields) -> list[Image]:
    """Images of one folder with vectors, number n of group n % groups."""
    folder = fields.pop("folder", None) or FolderFactory()
    images = [ImageFactory(folder=folder, prompt=None, **fields) for _ in range(count)]
    add_vectors(images, groups_of_vectors(count, groups))
    return images


def add_vectors(images: list[Image], vectors: np.ndarray, key: str = KEY) -> None:
    ClipHVector.objects.bulk_create(
        ClipHVector(image=image, content=image.fingerprint, model_key=key, vector=vector.tolist())
        for image, vector in zip(images, vectors, strict=True)
    )
