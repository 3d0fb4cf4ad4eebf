"""A file's identity without reading all of it: enough to know it again after a move, cheap enough
to take of each file at the deep scan."""

import uuid
from typing import BinaryIO

import xxhash

BLOCK = 64 * 1024


def of(file: BinaryIO, size: int, head: bytes | None = None) -> uuid.UUID:
    """xxh3-128 over the size (8 bytes, little-endian) and the first, middle and last 64 KiB.

    Up to 192 KiB the whole file counts. `head` is what a caller has already read of the start, at
    least 64 KiB or the whole file, so that it is not read twice. Raises `OSError`, and `EOFError`
    where the file is shorter than `size`: it changed under us.
    """
    state = xxhash.xxh3_128(size.to_bytes(8, "little"))
    for start, stop in _spans(size):
        if head is not None and stop <= len(head):
            state.update(memoryview(head)[start:stop])
            continue
        file.seek(start)
        state.update(_read_exactly(file, stop - start))
    return uuid.UUID(bytes=state.digest())


def _spans(size: int) -> tuple[tuple[int, int], ...]:
    if size <= 3 * BLOCK:
        return ((0, size),)
    middle = (size - BLOCK) // 2
    return ((0, BLOCK), (middle, middle + BLOCK), (size - BLOCK, size))


def _read_exactly(file: BinaryIO, length: int) -> bytes:
    data = file.read(length)
    while len(data) < length:
        more = file.read(length - len(data))
        if not more:
            raise EOFError("The file is shorter than it was when it was found.")
        data += more
    return data
