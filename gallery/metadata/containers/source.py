"""Reading at any place of a file without ever asking for more than it holds."""

from typing import BinaryIO


class Source:
    """A file of `size` bytes whose beginning, `head`, is already in memory."""

    __slots__ = ("_file", "_in_memory", "head", "size")

    def __init__(self, file: BinaryIO, size: int, head: bytes) -> None:
        self._file = file
        self._in_memory = len(head)
        self.head = head
        self.size = size

    def at(self, offset: int, length: int) -> bytes:
        """`length` bytes from `offset`, fewer where the file ends before.

        Callers bound `length`; a length that a file claims is not to be trusted.
        """
        end = offset + length
        if end <= self._in_memory:
            return self.head[offset:end]
        length = min(end, self.size) - offset
        if length <= 0:
            return b""
        self._file.seek(offset)
        return self._file.read(length)
