"""Data that a file cuts into pieces, each with its number or its place, in whatever order."""

from gallery.metadata.containers.contents import TEXT_LIMIT


class Pieces:
    """Collects what belongs together; `length` is what the whole is said to have."""

    def __init__(self, position: int, length: int) -> None:
        self._position = position
        self._length = length
        self._size = 0
        self._pieces: dict[int, bytes] = {}

    def add(self, place: int, data: bytes) -> None:
        """The first piece of each place counts; what goes beyond the limit is left out."""
        if place not in self._pieces and self._size + len(data) <= TEXT_LIMIT:
            self._pieces[place] = data
            self._size += len(data)

    def join(self) -> tuple[bytes, int, bool]:
        """The pieces in their order, where the first one lies, and whether they are all there."""
        data = b"".join(self._pieces[place] for place in sorted(self._pieces))
        return data, self._position, len(data) >= self._length
