"""What a network is, as data: its purpose, its licence, where its weights come from, what it takes.

Apps register theirs; nothing here loads anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HubSource:
    """A repository of the Hugging Face hub at a fixed revision. `files` are what is needed of it,
    the weights last, since all is there once they are; `file` is the one that names the weights."""

    repository: str
    revision: str
    files: tuple[str, ...]
    file: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A tensor by which weights are known: how its name ends, and how long an axis of it is."""

    ending: str
    axis: int
    width: int


@dataclass(frozen=True, slots=True)
class Spec:
    """`loader` is 'module:function'; it is called with (path, device, dtype) and returns the
    adapter. `names` are file names that ComfyUI and others give these weights. `task` is
    text_encoder or image_encoder (later tagger, captioner, detector, recognizer).

    `vram_mb` is what the loaded network and one batch take; `batch` is the number of inputs at once
    (of texts: sequences of full length).
    """

    key: str
    title: str
    purpose: str
    task: str
    loader: str
    source: HubSource
    names: tuple[str, ...]
    licence: str
    licence_url: str
    size_mb: int
    vram_mb: int
    ttl_s: float
    batch: int
    dtype: str = "auto"  # float16 on a card, float32 on a processor
    preparation: int = 1  # raise it where the same weights would give other vectors
    marks: tuple["Mark", ...] = ()  # one of them is in the right weights
    is_folder: bool = False  # its files are of use together only


_specs: dict[str, Spec] = {}


def register(spec: Spec) -> None:
    """A second spec of the same key is a mistake."""
    if _specs.setdefault(spec.key, spec) is not spec:
        raise ValueError(f"There is a network {spec.key} already.")


def every() -> Mapping[str, Spec]:
    return _specs


def get(key: str) -> Spec:
    """Raises `KeyError`."""
    return _specs[key]
