"""AVI: size and duration from its headers, texts from its information list.

Chunk layout as in WebP: type (4 bytes), length (4, little endian), data, a pad byte where the
length is odd. Source: Microsoft, "AVI RIFF File Reference"; OpenDML 1.02 for large files.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from gallery.metadata.containers import texts, xmp
from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.source import Source

_HEADER = struct.Struct("<4sL")
_CHUNK_LIMIT = 50_000
# What a writer leaves that cannot go back to fill in the length.
_UNKNOWN = 2**32 - 1
_MICROSECONDS = 1_000_000
_NAMES = {
    b"ICMT": "comment",
    b"ISFT": "encoder",
    b"INAM": "title",
    b"IART": "artist",
    b"ICOP": "copyright",
    b"ICRD": "date",
    b"IGNR": "genre",
    b"IKEY": "keywords",
    b"ISBJ": "subject",
    b"ISRC": "source",
    b"IPRD": "album",
}


class _Chunk(NamedTuple):
    """`kind` is a list's own type, behind a plus sign: `+hdrl`."""

    kind: bytes
    position: int
    start: int
    end: int
    is_cut: bool


def recognises(head: bytes) -> bool:
    return head.startswith(b"RIFF") and head.startswith(b"AVI ", 8)


def read(source: Source, contents: Contents) -> None:
    _Reader(source, contents).read()
    if contents.width is None:
        contents.complain("The file has no size: its video header is missing.")


class _Reader:
    def __init__(self, source: Source, contents: Contents) -> None:
        self._source = source
        self._contents = contents
        self._left = _CHUNK_LIMIT

    def read(self) -> None:
        for chunk in self._within(12, self._source.size):
            if chunk.kind == b"+hdrl":
                self._read_headers(chunk)
            elif chunk.kind == b"+INFO":
                self._read_texts(chunk)
            elif chunk.kind == b"_PMX" and self._contents.has_room():
                data = self._text_data(chunk)
                xmp.read(data, "avi:xmp", chunk.position, self._contents, chunk.is_cut)

    def _within(self, position: int, end: int) -> Iterator[_Chunk]:
        while position + 8 <= end:
            if self._left <= 0:
                self._contents.complain(
                    f"The file has more than {_CHUNK_LIMIT} parts; the rest was not read."
                )
                return
            self._left -= 1
            header = self._source.at(position, 12)
            if len(header) < 8:
                return
            kind, length = _HEADER.unpack_from(header)
            if not kind.isascii() or not kind.decode("ascii").isprintable():
                self._contents.complain(
                    f"The file is damaged at byte {position}; the rest was not read."
                )
                return
            start = position + 8
            reaches = start + length
            if reaches > self._source.size and length != _UNKNOWN:
                self._contents.complain("The file is shorter than it says; its end is missing.")
            if kind in (b"LIST", b"RIFF"):
                kind = b"+" + header[8:12]
                start += 4
            stop = min(reaches, end)
            yield _Chunk(kind, position, min(start, stop), stop, reaches > end)
            position = reaches + (length & 1)

    def _read_headers(self, headers: _Chunk) -> None:
        frames_of_all_parts = 0
        stream = b""
        for chunk in self._within(headers.start, headers.end):
            if chunk.kind == b"avih":
                self._read_main(self._data(chunk, 64))
            elif chunk.kind == b"+strl" and not stream:
                for inner in self._within(chunk.start, chunk.end):
                    if inner.kind == b"strh":
                        data = self._data(inner, 64)
                        stream = data if data.startswith(b"vids") else b""
            elif chunk.kind == b"+odml":
                for inner in self._within(chunk.start, chunk.end):
                    if inner.kind == b"dmlh":
                        frames_of_all_parts = int.from_bytes(self._data(inner, 4), "little")
        if len(stream) >= 36:
            scale, rate, _, length = struct.unpack_from("<4L", stream, 20)
            self._contents.set_duration(max(length, frames_of_all_parts) * scale, rate)

    def _read_main(self, data: bytes) -> None:
        if len(data) < 40:
            return
        self._contents.set_size(*struct.unpack_from("<LL", data, 32))
        (microseconds,) = struct.unpack_from("<L", data)
        (frames,) = struct.unpack_from("<L", data, 16)
        self._contents.set_duration(frames * microseconds, _MICROSECONDS)

    def _read_texts(self, info: _Chunk) -> None:
        for chunk in self._within(info.start, info.end):
            if chunk.kind.startswith(b"+"):
                # A recording that was broken off has lists without end.
                return
            if chunk.kind != b"JUNK":
                self._read_text(chunk)

    def _read_text(self, chunk: _Chunk) -> None:
        if not self._contents.has_room():
            return
        text, encoding = texts.decode(self._text_data(chunk).rstrip(b"\0"))
        name = _NAMES.get(chunk.kind, chunk.kind.decode("latin-1"))
        self._contents.add("avi:info", name, text, encoding, chunk.position, chunk.is_cut)

    def _text_data(self, chunk: _Chunk) -> bytes:
        limit = self._contents.room()
        if chunk.end - chunk.start > limit:
            self._contents.complain_of_length("A text")
        return self._data(chunk, limit)

    def _data(self, chunk: _Chunk, limit: int) -> bytes:
        return self._source.at(chunk.start, min(chunk.end - chunk.start, limit))
