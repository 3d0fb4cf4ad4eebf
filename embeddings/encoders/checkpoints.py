"""Weights on disk, whoever saved them: one safetensors file, a folder of them, or shards.

Pickled weights are refused: to read them is to run what their author wrote into them.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dtoolkit.inference.errors import WeightsMissing, WeightsUnusable

if TYPE_CHECKING:
    import torch

_SUFFIX = ".safetensors"
_INDEX = "model.safetensors.index.json"
_PREFERRED = (
    "model.safetensors",
    "open_clip_model.safetensors",
    "model.fp16.safetensors",
)
_PICKLED = (".bin", ".pt", ".pth", ".ckpt")


class Checkpoint:
    """Names and shapes are read at once, tensors when they are asked for.

    Raises `WeightsMissing` and `WeightsUnusable`.
    """

    def __init__(self, path: Path) -> None:
        from safetensors import SafetensorError, safe_open

        self.path = path
        self._holders: dict[str, Any] = {}
        for file in _files(path):
            try:
                opened: Any = safe_open(file, framework="pt", device="cpu")
                self._holders.update(dict.fromkeys(opened.keys(), opened))
            except (SafetensorError, OSError) as error:
                raise WeightsUnusable(
                    f"{file.name} is cut off or no safetensors file ({error}). Get it again."
                ) from error

    def __contains__(self, name: str) -> bool:
        return name in self._holders

    def __iter__(self) -> Iterator[str]:
        return iter(self._holders)

    def shape(self, name: str) -> tuple[int, ...]:
        """Raises `KeyError`."""
        return tuple(self._holders[name].get_slice(name).get_shape())

    def tensor(self, name: str) -> "torch.Tensor":
        """As it was saved, on the processor. Raises `WeightsUnusable` where it holds NaN."""
        tensor: torch.Tensor = self._holders[name].get_tensor(name)
        if tensor.is_floating_point() and not tensor.isfinite().all():
            raise WeightsUnusable(f"{self.path.name} is damaged: {name} holds no numbers (NaN).")
        return tensor


def _files(path: Path) -> list[Path]:
    if path.is_file():
        if path.suffix.lower() in _PICKLED:
            raise WeightsUnusable(_pickled(path))
        return [path]
    if not path.is_dir():
        raise WeightsMissing(f"There is nothing at {path}.")
    if (index := path / _INDEX).is_file():
        return _shards(index)
    for name in _PREFERRED:
        if (path / name).is_file():
            return [path / name]
    there = sorted(path.glob(f"*{_SUFFIX}"))
    if len(there) == 1:
        return there
    if there:
        raise WeightsUnusable(f"{path} holds several {_SUFFIX} files; name the one to use.")
    if pickled := sorted(file for file in path.iterdir() if file.suffix.lower() in _PICKLED):
        raise WeightsUnusable(_pickled(pickled[0]))
    raise WeightsMissing(f"{path} holds no {_SUFFIX} file.")


def _shards(index: Path) -> list[Path]:
    try:
        names = set(json.loads(index.read_text("utf-8"))["weight_map"].values())
    except (ValueError, KeyError, AttributeError) as error:
        raise WeightsUnusable(f"{index} is damaged; get it again.") from error
    files = [index.parent / str(name) for name in sorted(names)]
    for file in files:
        # A file beside the index, and no path that leads elsewhere.
        if file.parent != index.parent or not file.is_file():
            raise WeightsUnusable(f"{index.parent} lacks {file.name}, a part of the weights.")
    return files


def _pickled(file: Path) -> str:
    return (
        f"{file.name} is pickled: reading it could run a program hidden in it. "
        f"Get the same weights as {_SUFFIX}."
    )
