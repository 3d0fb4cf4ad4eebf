"""From weights on disk to an adapter on a device, by the loader that the spec names."""

import contextlib
import gc
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from dtoolkit.inference.errors import RuntimeMissing
from dtoolkit.inference.specs import Spec

LIBRARIES = (
    "The libraries that run networks (5 GB) are not installed. Install them with: "
    "python3 manage.py models --install"
)


@dataclass(frozen=True, slots=True)
class Located:
    """A file or folder of weights; `model_key` names exactly these."""

    path: Path
    model_key: str


def load(spec: Spec, located: Located, device: str) -> Any:
    """Raises `RuntimeMissing`, and what the loader raises: `WeightsMissing`, `WeightsUnusable`,
    `OutOfMemory`, `DeviceLost`."""
    module, _, name = spec.loader.partition(":")
    try:
        loader = getattr(import_module(module), name)
        return loader(located.path, device, _dtype(spec, device))
    except ImportError as error:
        raise RuntimeMissing(LIBRARIES) from error


def release(device: str) -> None:
    """Give a card's memory back that nobody uses any more; the processor's goes by itself. A card
    that is lost has none to give, and who found that out tells it."""
    torch = sys.modules.get("torch")
    if torch is not None and device.startswith("cuda") and torch.cuda.is_available():
        gc.collect()
        with contextlib.suppress(RuntimeError):
            torch.cuda.empty_cache()


def _dtype(spec: Spec, device: str) -> str:
    if spec.dtype != "auto":
        return spec.dtype
    return "float32" if device == "cpu" else "float16"
