"""Texts and pictures to vectors, by the networks that this process holds: for jobs in batches that
survive a full device and a poisoned input, for searches one at a time and remembered.

All raise what is in `dtoolkit.inference.errors`: weights or libraries that are missing, weights
that are unusable, a device that is full or gone.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from dtoolkit.inference import batching, pool, specs
from dtoolkit.inference.errors import BadOutput
from embeddings.services import weights

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL import Image

    Vectors = npt.NDArray[np.float32]

_REMEMBERED = 1000
_LOOKS = "clip-h"


@dataclass(frozen=True)
class Encoded:
    """`vectors` is float32 of shape (inputs, width); `problems` says by row why a row is not to be
    used."""

    vectors: "Vectors"
    problems: dict[int, str]


def texts(network: str, given: Sequence[str]) -> Encoded:
    """In batches of texts alike in length, since short ones are padded to long ones."""
    import numpy as np

    order = sorted(range(len(given)), key=lambda at: len(given[at]), reverse=True)
    with pool.lease(network) as encoder:
        done = batching.run(encoder.encode, [given[at] for at in order], specs.get(network).batch)
    vectors = np.empty_like(done.vectors)
    vectors[order] = done.vectors
    return Encoded(vectors, {order[row]: reason for row, reason in done.problems.items()})


def pictures(network: str, prepared: "Sequence[npt.NDArray[np.uint8]]") -> Encoded:
    """`prepared` as `clip_pixels.prepare` gives them."""
    with pool.lease(network) as encoder:
        done = batching.run(encoder.encode, prepared, specs.get(network).batch)
    return Encoded(done.vectors, dict(done.problems))


def query_text(network: str, text: str) -> "Vectors":
    """What is searched with, of shape (width,) and read-only: with CLIP-H what a picture should
    look like. A text that was asked with before costs no encoding, until the weights change.

    Raises `BadOutput` too.
    """
    key = weights.model_key(network)
    if key is None:
        # Raises, with what is the matter.
        key = weights.located(specs.get(network)).model_key
    return _query_text(network, key, text)


def query_looks(text: str) -> "Vectors":
    """A text in the space of pictures, as `query_text`."""
    return query_text(_LOOKS, text)


def query_picture(network: str, picture: "Image.Image") -> "Vectors":
    """An upright picture of any mode and size, as `query_text` but not remembered."""
    from embeddings.encoders import clip_pixels

    with pool.lease(network, device=settings.QUERY_DEVICE) as encoder:
        return _checked(encoder.encode([clip_pixels.prepare(picture)]))


@functools.lru_cache(_REMEMBERED)
def _query_text(network: str, key: str, text: str) -> "Vectors":
    is_of_pictures = specs.get(network).task == "image_encoder"
    with pool.lease(network, device=settings.QUERY_DEVICE) as encoder:
        encode = encoder.encode_texts if is_of_pictures else encoder.encode_queries
        return _checked(encode([text]))


def _checked(vectors: "Vectors") -> "Vectors":
    import numpy as np

    vector: Vectors = vectors[0]
    if not np.isfinite(vector).all():
        raise BadOutput("The network gave no numbers (NaN) for what you searched with.")
    vector.setflags(write=False)
    return vector


def queries_encoded() -> int:
    """How many were not remembered, since `forget_queries`."""
    return _query_text.cache_info().misses


def forget_queries() -> None:
    _query_text.cache_clear()
