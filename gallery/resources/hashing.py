"""Every hash by which images name a model file, computed in one pass over it.

AutoV1 is of 64 KiB at the first MiB, AutoV2 the start of the whole file's sha256, AutoV3 the start
of that of all behind a safetensors header, which stays when the header's texts are edited.
"""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import BinaryIO

_BLOCK = 8 * 1024 * 1024
_V1_AT, _V1_BYTES = 0x100000, 0x10000


@dataclass(frozen=True, slots=True)
class Hashes:
    """Lower-case hex, whole; `tensors` is empty where the format has no header to leave out."""

    sha256: str
    tensors: str


def all_of(file: BinaryIO, tensors_at: int, tell: Callable[[int], None]) -> Hashes:
    """Reads the file from its start to its end; `tell` gets the bytes done and may raise.

    Both hashes are taken while the next block is read. Raises `OSError`.
    """
    whole, tensors = hashlib.sha256(), hashlib.sha256()
    buffers = bytearray(_BLOCK), bytearray(_BLOCK)
    file.seek(0)
    done = turn = 0
    with ThreadPoolExecutor(2) as pool:
        length = _fill(file, buffers[turn])
        while length:
            block = memoryview(buffers[turn])[:length]
            waiting = [pool.submit(whole.update, block)]
            skipped = max(0, tensors_at - done)
            if tensors_at and skipped < length:
                waiting.append(pool.submit(tensors.update, block[skipped:]))
            turn = 1 - turn
            next_length = _fill(file, buffers[turn])
            for each in waiting:
                each.result()
            done, length = done + length, next_length
            tell(done)
    return Hashes(whole.hexdigest(), tensors.hexdigest() if tensors_at else "")


def autov1(file: BinaryIO, size: int) -> str:
    """Eight characters; empty for files that end before the bytes it is of."""
    if size <= _V1_AT:
        return ""
    file.seek(_V1_AT)
    return hashlib.sha256(file.read(_V1_BYTES)).hexdigest()[:8]


def _fill(file: BinaryIO, buffer: bytearray) -> int:
    view, length = memoryview(buffer), 0
    while length < len(buffer):
        read: int = file.readinto(view[length:])  # type: ignore[attr-defined]
        if not read:
            break
        length += read
    return length
