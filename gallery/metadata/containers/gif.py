"""GIF: comments, XMP and the times of the frames, whose pixels are stepped over.

A GIF says nowhere how long a frame's data is: it is a chain of blocks of at most 255 bytes, so the
walk goes through all of them. Source: GIF89a; Adobe XMP part 3, 1.1.2.
"""

import struct

from gallery.metadata.containers import icc, texts, xmp
from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.source import Source

_SCREEN = struct.Struct("<HHBBB")
_IMAGE, _EXTENSION, _END = 0x2C, 0x21, 0x3B
_CONTROL, _COMMENT, _APPLICATION = 0xF9, 0xFE, 0xFF
_XMP, _PROFILE = b"XMP DataXMP", b"ICCRGBG1012"
# Half a second of walking: a file of 750 MB as encoders write it.
_BLOCK_LIMIT = 3_000_000
_WINDOW = 262_144
_XMP_TRAILER = b"\x01\xff\xfe"
# A frame shorter than 20 ms is shown for 100 ms by every browser.
_SHORTEST_DELAY, _USUAL_DELAY = 2, 10


def recognises(head: bytes) -> bool:
    return head.startswith((b"GIF87a", b"GIF89a"))


def read(source: Source, contents: Contents) -> None:
    screen = source.at(6, 7)
    if len(screen) < 7:
        contents.complain("The file ends before its picture data.")
        return
    width, height, flags, _, _ = _SCREEN.unpack(screen)
    walk = _Walk(source, 13 + _colours(flags))
    frames, delays, is_whole = _read_blocks(walk, contents)
    _settle_size(walk, contents, width, height)
    if not frames:
        contents.complain("The file ends before its picture data.")
    elif not is_whole:
        contents.complain("The file ends in the middle of its picture data.")
    if frames > 1:
        contents.media.append(("Frames", str(frames)))
        contents.set_duration(delays, 100)


def _read_blocks(walk: "_Walk", contents: Contents) -> tuple[int, int, bool]:
    """How many frames there are, their time in hundredths, and whether the file has its end."""
    frames = delays = 0
    delay = _USUAL_DELAY
    while walk.blocks < _BLOCK_LIMIT:
        start = walk.position
        kind = walk.take(1)
        if kind == b"":
            return frames, delays, False
        if kind[0] == _END:
            return frames, delays, True
        if kind[0] == _IMAGE:
            place = walk.take(9)
            if len(place) < 9:
                return frames, delays, False
            frames += 1
            delays += delay
            delay = _USUAL_DELAY
            if walk.first_frame is None:
                walk.first_frame = place
            # Behind the colours, one byte tells how the codes start.
            walk.position += _colours(place[8]) + 1
            walk.skip_blocks()
        elif kind[0] == _EXTENSION:
            label = walk.take(1)
            if label == b"":
                return frames, delays, False
            if label[0] == _CONTROL:
                control = walk.join_blocks(16)
                delay = int.from_bytes(control[1:3], "little")
                delay = delay if delay >= _SHORTEST_DELAY else _USUAL_DELAY
            else:
                _read_extension(walk, contents, label[0], start)
        elif kind[0]:
            contents.complain(f"The file is damaged at byte {start}; the rest was not read.")
            return frames, delays, True
    contents.complain(f"The file has more than {_BLOCK_LIMIT} parts; the rest was not read.")
    return frames, delays, True


def _read_extension(walk: "_Walk", contents: Contents, label: int, start: int) -> None:
    if label == _COMMENT and contents.has_room():
        data = walk.join_blocks(contents.room())
        text, encoding = texts.decode(data.rstrip(b"\0"))
        contents.add("gif:comment", "COM", text, encoding, start, walk.is_cut)
    elif label == _APPLICATION:
        name = walk.take_block()
        if name == _XMP and contents.has_room():
            packet = _packet(walk, contents.room())
            xmp.read(packet, "gif:xmp", start, contents, walk.is_cut)
        elif name == _PROFILE:
            icc.tell(walk.join_blocks(icc.NEEDED), contents)
        else:
            walk.skip_blocks()
    else:
        walk.skip_blocks()


def _packet(walk: "_Walk", limit: int) -> bytes:
    """XMP is written bare: read as blocks, its last 258 bytes lead to the true end.

    Some programs write blocks all the same.
    """
    start = walk.position
    joined = walk.join_blocks(limit)
    bare = walk.source.at(start, min(walk.position - start, limit))
    end = bare.rfind(_XMP_TRAILER)
    return joined if end < 0 else bare[:end]


def _settle_size(walk: "_Walk", contents: Contents, width: int, height: int) -> None:
    """Some writers leave the screen empty; then the first frame's own place and size count."""
    if not (width and height) and walk.first_frame is not None:
        left, top, wide, high = struct.unpack_from("<HHHH", walk.first_frame)
        width, height = left + wide, top + high
    contents.set_size(width, height)


def _colours(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


class _Walk:
    """A place in the file that moves on, over a window of it in memory."""

    def __init__(self, source: Source, position: int) -> None:
        self.source = source
        self.position = position
        self.blocks = 0
        self.is_cut = False
        self.first_frame: bytes | None = None
        self._window = source.head
        self._start = 0

    def take(self, length: int) -> bytes:
        place = self.position - self._start
        data = self._window[place : place + length] if place >= 0 else b""
        if len(data) < length:
            self._start = self.position
            self._window = self.source.at(self.position, _WINDOW)
            data = self._window[:length]
        self.position += len(data)
        return data

    def take_block(self) -> bytes:
        """The next block of a chain, empty where the chain or the file ends."""
        self.blocks += 1
        length = self.take(1)
        data = self.take(length[0]) if length and length[0] else b""
        self.is_cut = not length or len(data) < length[0]
        return data

    def join_blocks(self, limit: int) -> bytes:
        """The rest of a chain as one, up to `limit`."""
        parts: list[bytes] = []
        size = 0
        while self.blocks < _BLOCK_LIMIT and (block := self.take_block()):
            if size < limit:
                parts.append(block)
                size += len(block)
        return b"".join(parts)[:limit]

    def skip_blocks(self) -> None:
        """To the end of a chain; the hot loop of a large animation."""
        blocks = self.blocks
        while blocks < _BLOCK_LIMIT:
            length = self.take(1)
            if not length or not length[0]:
                self.is_cut = not length
                break
            place = self.position - self._start - 1
            window = self._window
            end = len(window)
            # Within the window, from length to length.
            while place < end and (step := window[place]):
                place += step + 1
                blocks += 1
                if blocks >= _BLOCK_LIMIT:
                    break
            self.position = self._start + place
            if place < end:
                self.position += not window[place]
                self.is_cut = False
                break
        self.blocks = blocks
