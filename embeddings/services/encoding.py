"""Texts and pictures to vectors, by the networks that this process holds: for jobs in batches that
survive a full device and a poisoned input, for searches one at a time and remembered.

All raise what is in `dtoolkit.inference.errors`: weights or libraries that are missing, weights
that are unusable, a device that is full or gone.
"""

import functools
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

from dtoolkit.inference import batching, pool, specs
from dtoolkit.inference.errors import BadOutput, DeviceLost, OutOfMemory
from embeddings.services import weights

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL import Image

    Vectors = npt.NDArray[np.float32]

_REMEMBERED = 1000
_LOOKS = "clip-h"

_log = logging.getLogger(__name__)
_lost: set[str] = set()  # devices that do not answer this process any more


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

    prepared = clip_pixels.prepare(picture)
    return _asked(network, lambda encoder: encoder.encode([prepared]))


@functools.lru_cache(_REMEMBERED)
def _query_text(network: str, key: str, text: str) -> "Vectors":
    if specs.get(network).task == "image_encoder":
        return _asked(network, lambda encoder: encoder.encode_texts([text]))
    return _asked(network, lambda encoder: encoder.encode_queries([text]))


def _asked(network: str, ask: "Callable[[Any], Vectors]") -> "Vectors":
    """On the device for queries; by the processor where that is full, and from then on where it is
    lost to this process."""
    device = "cpu" if settings.QUERY_DEVICE in _lost else settings.QUERY_DEVICE
    try:
        return _asked_on(device, network, ask)
    except (DeviceLost, OutOfMemory) as error:
        if device == "cpu":
            raise
        if isinstance(error, DeviceLost):
            _lost.add(device)
        _log.warning("What is searched with is read by the processor: %s", error)
    return _asked_on("cpu", network, ask)


def _asked_on(device: str, network: str, ask: "Callable[[Any], Vectors]") -> "Vectors":
    with pool.lease(network, device=device) as encoder:
        return _checked(ask(encoder))


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
