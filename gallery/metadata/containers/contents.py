"""What a container collects from one file, with the limits that keep a hostile file harmless."""

import zlib
from typing import TYPE_CHECKING

from gallery.metadata.records import RawRecord

if TYPE_CHECKING:
    from gallery.metadata.containers.carried import Carried

# Far above what honest files carry (the largest seen is 1.7 MB), far below what hurts.
TEXT_LIMIT = 8 * 1024 * 1024
FILE_LIMIT = 32 * 1024 * 1024
RECORD_LIMIT = 1000
PROBLEM_LIMIT = 20
# The largest side that a database's integer column holds.
SIDE_LIMIT = 2**31 - 1
# 24 days in milliseconds, the longest that an integer column holds.
DURATION_LIMIT = 2**31 - 1

_QUARTER_TURNS = range(5, 9)
_SALVAGE_STEP = 1024


class Contents:
    """Size, records and problems of one file, in the order found."""

    __slots__ = (
        "_room",
        "carried",
        "duration_ms",
        "exif_block",
        "exif_span",
        "height",
        "media",
        "orientation",
        "problems",
        "records",
        "width",
    )

    def __init__(self) -> None:
        self.records: list[RawRecord] = []
        self.problems: list[str] = []
        self.width: int | None = None
        self.height: int | None = None
        self.orientation = 1
        # Of videos and animations; a still has none.
        self.duration_ms: int | None = None
        self.media: list[tuple[str, str]] = []
        # Of a converted file: see `carried`.
        self.carried: Carried | None = None
        # From its header on, and where its records stand.
        self.exif_block = memoryview(b"")
        self.exif_span = (0, 0)
        self._room = FILE_LIMIT

    def set_size(self, width: int, height: int) -> None:
        if 0 < width <= SIDE_LIMIT and 0 < height <= SIDE_LIMIT:
            self.width, self.height = width, height
        else:
            self.complain(f"The file says that it is {width} x {height} pixels, which cannot be.")

    def set_duration(self, amount: float, units_per_second: float) -> None:
        """Of a video or an animation; what cannot be, as zero or a century, is left out."""
        if amount > 0 and units_per_second > 0:
            milliseconds = amount * 1000 / units_per_second
            if milliseconds <= DURATION_LIMIT:
                self.duration_ms = round(milliseconds)

    def displayed_size(self) -> tuple[int | None, int | None]:
        """Width and height as a viewer shows them: EXIF orientations 5 to 8 lie on their side."""
        if self.orientation in _QUARTER_TURNS:
            return self.height, self.width
        return self.width, self.height

    def has_room(self) -> bool:
        """Whether another text is taken; the first refusal is said."""
        if self._room > 0 and len(self.records) < RECORD_LIMIT:
            return True
        self.complain("The file holds too many texts; the rest was not read.")
        return False

    def room(self) -> int:
        """How many bytes the next text may have."""
        return TEXT_LIMIT if self._room > TEXT_LIMIT else self._room

    def add(
        self,
        container: str,
        key: str,
        text: str,
        encoding: str,
        position: int,
        is_damaged: bool = False,
    ) -> None:
        if not self.has_room():
            return
        self._room = max(0, self._room - len(text))
        self.records.append(RawRecord(container, key, text, encoding, position, is_damaged))

    def complain(self, problem: str) -> None:
        if problem not in self.problems and len(self.problems) < PROBLEM_LIMIT:
            self.problems.append(problem)

    def complain_of_length(self, what: str) -> None:
        self.complain(f"{what} is too long; only its beginning was kept.")

    def inflate(self, data: bytes, what: str, window: int = zlib.MAX_WBITS) -> tuple[bytes, bool]:
        """zlib data unpacked up to the room that is left, and whether it is whole.

        `window` as zlib has it, where it is another kind of data.
        """
        limit = self.room()
        unpacker = zlib.decompressobj(window)
        try:
            plain = unpacker.decompress(data, limit + 1)
        except zlib.error:
            self.complain(f"{what} is damaged; what could be unpacked was kept.")
            return _salvage(data, limit, window), False
        if len(plain) > limit:
            self.complain_of_length(what)
            return plain[:limit], False
        if not unpacker.eof:
            self.complain(f"{what} is cut off; what could be unpacked was kept.")
            return plain, False
        return plain, True


def _salvage(data: bytes, limit: int, window: int) -> bytes:
    """What comes out of broken zlib data before the break."""
    unpacker = zlib.decompressobj(window)
    parts: list[bytes] = []
    for start in range(0, len(data), _SALVAGE_STEP):
        if limit <= 0:
            break
        try:
            part = unpacker.decompress(data[start : start + _SALVAGE_STEP], limit)
        except zlib.error:
            break
        parts.append(part)
        limit -= len(part)
    return b"".join(parts)
