"""What every encoder needs of torch: the number type, and its errors in our words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dtoolkit.inference.errors import DeviceLost, OutOfMemory, RuntimeMissing
from dtoolkit.inference.loading import LIBRARIES

if TYPE_CHECKING:
    import torch

_GONE = ("CUDA error", "device-side assert", "No CUDA GPUs", "driver shutting down")


def placed(device: str, dtype: str) -> "tuple[torch.device, torch.dtype]":
    """`dtype` 'auto' is float16 on a card and float32 on a processor. Raises `RuntimeMissing`."""
    try:
        import torch
    except ImportError as error:
        raise RuntimeMissing(LIBRARIES) from error
    where = torch.device(device)
    if dtype == "auto":
        return where, torch.float32 if where.type == "cpu" else torch.float16
    kind = getattr(torch, dtype, None)
    if not isinstance(kind, torch.dtype):
        raise ValueError(f"There is no number type {dtype!r}.")
    return where, kind


@contextmanager
def running() -> Iterator[None]:
    """Without gradients. Raises `OutOfMemory` and `DeviceLost`."""
    import torch

    try:
        with torch.inference_mode():
            yield
    except torch.OutOfMemoryError as error:
        raise OutOfMemory("The device's memory is full.") from error
    except RuntimeError as error:
        text = str(error)
        if "DefaultCPUAllocator" in text or "CUDNN_STATUS_ALLOC_FAILED" in text:
            raise OutOfMemory("The memory is full.") from error
        if any(sign in text for sign in _GONE):
            raise DeviceLost(
                f"The device does not answer any more: {text.splitlines()[0]}"
            ) from error
        raise
