"""Weights on disk, whoever saved them: one safetensors file, a folder of them, or shards."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dtoolkit.inference.errors import WeightsUnusable
from embeddings.encoders import weight_files

if TYPE_CHECKING:
    import torch


class Checkpoint:
    """Names and shapes are read at once, tensors when they are asked for.

    Raises `WeightsMissing` and `WeightsUnusable`.
    """

    def __init__(self, path: Path) -> None:
        from safetensors import SafetensorError, safe_open

        self.path = path
        self._holders: dict[str, Any] = {}
        for file in weight_files.of(path):
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
