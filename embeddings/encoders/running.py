"""What every encoder needs of torch: the number type, and its errors in our words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dtoolkit.inference.errors import DeviceLost, OutOfMemory, RuntimeMissing
from dtoolkit.inference.loading import LIBRARIES

if TYPE_CHECKING:
    import torch

# What torch says in words alone. The first are looked for first: a card that is full may say both.
_FULL = ("out of memory", "DefaultCPUAllocator", "STATUS_ALLOC_FAILED")
_GONE = (
    "CUDA error",
    "CUDA driver",
    "CUDA unknown error",
    "CUDA-capable device",
    "CUDA enabled",  # and torch was made without it
    "No CUDA GPUs",
    "no NVIDIA driver",
    "CUBLAS_STATUS",
    "CUDNN_STATUS",
    "device-side assert",
    "driver shutting down",
    "no longer available",
)


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
    """Without gradients. Raises `OutOfMemory` and `DeviceLost`; all else as it comes."""
    import torch

    try:
        with torch.inference_mode():
            yield
    except torch.OutOfMemoryError as error:
        raise OutOfMemory("The device's memory is full.") from error
    except (RuntimeError, AssertionError) as error:
        text = str(error)
        if any(sign in text for sign in _FULL):
            raise OutOfMemory("The memory is full.") from error
        # Of torch before 2.9 there are only the words.
        is_devices = isinstance(error, getattr(torch, "AcceleratorError", ()))
        if is_devices or any(sign in text for sign in _GONE):
            first = (text.splitlines() or [type(error).__name__])[0].rstrip(".")
            raise DeviceLost(f"The device does not answer any more: {first}.") from error
        raise
