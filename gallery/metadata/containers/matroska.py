"""Matroska and WebM: size, duration and tags; clusters of media data are stepped over.

ComfyUI and VideoHelperSuite write tags through FFmpeg, which makes their names upper case: the
records' keys are lower case again. Source: RFC 9559.
"""

from collections.abc import Callable

from gallery.metadata.containers import texts
from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.ebml import Element, Elements
from gallery.metadata.containers.source import Source

_START = b"\x1aE\xdf\xa3"
_DOC_TYPE = b"\x42\x82"
_SEGMENT, _CLUSTER = 0x18538067, 0x1F43B675
_SEEK_HEAD, _SEEK, _SEEK_ID, _SEEK_POSITION = 0x114D9B74, 0x4DBB, 0x53AB, 0x53AC
_INFO, _TRACKS, _TAGS = 0x1549A966, 0x1654AE6B, 0x1254C367
_TIMESTAMP_SCALE, _DURATION = 0x2AD7B1, 0x4489
_INFO_TEXTS = {0x7BA9: "title", 0x4D80: "muxing_app", 0x5741: "writing_app"}
_TRACK, _TRACK_TYPE, _VIDEO = 0xAE, 0x83, 0xE0
_WIDTH, _HEIGHT = 0xB0, 0xBA
_SHOWN_WIDTH, _SHOWN_HEIGHT, _SHOWN_UNIT = 0x54B0, 0x54BA, 0x54B2
_TAG, _SIMPLE_TAG, _TAG_NAME, _TAG_TEXT = 0x7373, 0x67C8, 0x45A3, 0x4487
_IS_VIDEO, _IN_PIXELS = 1, 0
_NANOSECONDS = 1_000_000_000
_NAME_LIMIT = 200
_TAG_DEPTH = 4


def recognises_webm(head: bytes) -> bool:
    return head.startswith(_START) and _is_webm(head)


def recognises_mkv(head: bytes) -> bool:
    return head.startswith(_START) and not _is_webm(head)


def _is_webm(head: bytes) -> bool:
    at = head.find(_DOC_TYPE, 4, 128)
    return at > 0 and head.startswith(b"webm", at + 3)


def read(source: Source, contents: Contents) -> None:
    _Reader(Elements(source, contents), contents).read()
    if contents.width is None:
        contents.complain("The file holds no video that has a size.")


class _Reader:
    """One file's walk: which parts were read, and where the index says that others lie."""

    def __init__(self, elements: Elements, contents: Contents) -> None:
        self._elements = elements
        self._contents = contents
        self._seen: set[int] = set()
        self._listed: list[tuple[int, int]] = []
        self._is_past_index = False
        self._parts: dict[int, Callable[[Element], None]] = {
            _SEEK_HEAD: self._read_index,
            _INFO: self._read_info,
            _TRACKS: self._read_tracks,
            _TAGS: self._read_tags,
        }

    def read(self) -> None:
        size = self._elements.source.size
        for element in self._elements.within(0, size):
            if element.id == _SEGMENT:
                self._read_segment(element)
                return
        self._contents.complain("The file ends before its video data.")

    def _read_segment(self, segment: Element) -> None:
        position = segment.start
        while position < segment.end:
            element = self._elements.at(position, segment.end)
            if element is None:
                return
            if element.id in self._parts:
                self._read_part(element)
            elif element.id == _CLUSTER and not self._is_past_index:
                self._is_past_index = True
                if self._jump(segment):
                    return
            # What has no size is stepped into; its own parts are none that are looked for.
            position = element.end if element.has_size else element.start

    def _read_part(self, element: Element) -> None:
        if element.position not in self._seen:
            self._seen.add(element.position)
            self._parts[element.id](element)

    def _jump(self, segment: Element) -> bool:
        """Reads what the index lists behind the clusters; False where it cannot be relied on."""
        # An index may list another one, which makes this list longer.
        for kind, offset in self._listed:
            position = segment.start + offset
            if position in self._seen:
                continue
            if self._elements.source.at(position, 4) != kind.to_bytes(4, "big"):
                return False
            if element := self._elements.at(position, segment.end):
                self._read_part(element)
        return bool(self._listed)

    def _read_index(self, head: Element) -> None:
        for entry in self._elements.children(head):
            if entry.id != _SEEK:
                continue
            kind = position = 0
            for part in self._elements.children(entry):
                if part.id == _SEEK_ID:
                    kind = self._elements.number(part)
                elif part.id == _SEEK_POSITION:
                    position = self._elements.number(part)
            if kind in self._parts:
                self._listed.append((kind, position))

    def _read_info(self, info: Element) -> None:
        scale, duration = 1_000_000, 0.0
        for part in self._elements.children(info):
            if part.id == _TIMESTAMP_SCALE:
                scale = self._elements.number(part)
            elif part.id == _DURATION:
                duration = self._elements.float(part)
            elif part.id in _INFO_TEXTS:
                self._add("matroska:info", _INFO_TEXTS[part.id], part)
        self._contents.set_duration(duration * scale, _NANOSECONDS)

    def _read_tracks(self, tracks: Element) -> None:
        for track in self._elements.children(tracks):
            if track.id != _TRACK or self._contents.width is not None:
                continue
            parts = {part.id: part for part in self._elements.children(track)}
            if _VIDEO in parts and (
                _TRACK_TYPE not in parts or self._elements.number(parts[_TRACK_TYPE]) == _IS_VIDEO
            ):
                self._read_video(parts[_VIDEO])

    def _read_video(self, video: Element) -> None:
        numbers = {part.id: self._elements.number(part) for part in self._elements.children(video)}
        width, height = numbers.get(_WIDTH, 0), numbers.get(_HEIGHT, 0)
        if numbers.get(_SHOWN_UNIT, _IN_PIXELS) == _IN_PIXELS:
            width = numbers.get(_SHOWN_WIDTH) or width
            height = numbers.get(_SHOWN_HEIGHT) or height
        if width and height:
            self._contents.set_size(width, height)

    def _read_tags(self, tags: Element) -> None:
        for tag in self._elements.children(tags):
            if tag.id == _TAG:
                for part in self._elements.children(tag):
                    if part.id == _SIMPLE_TAG:
                        self._read_tag(part, _TAG_DEPTH)

    def _read_tag(self, tag: Element, depth: int) -> None:
        """A tag may have tags of its own, as a language or a sorting form."""
        if depth == 0 or not self._contents.has_room():
            return
        name, text = "", None
        for part in self._elements.children(tag):
            if part.id == _TAG_NAME:
                name = texts.decode(self._elements.bytes(part, _NAME_LIMIT))[0].rstrip("\0")
            elif part.id == _TAG_TEXT:
                text = part
            elif part.id == _SIMPLE_TAG:
                self._read_tag(part, depth - 1)
        if text is not None:
            self._add("matroska:tag", name.lower(), text)

    def _add(self, container: str, key: str, element: Element) -> None:
        if not self._contents.has_room():
            return
        limit = self._contents.room()
        if element.end - element.start > limit:
            self._contents.complain_of_length("A text")
        text, encoding = texts.decode(self._elements.bytes(element, limit))
        position = element.position
        self._contents.add(container, key, text.rstrip("\0"), encoding, position, element.is_cut)
