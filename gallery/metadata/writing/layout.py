"""Where in an XMP packet each property lies, byte for byte, so that one can be taken out and all
else stays as it is."""

import re
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from gallery.metadata.writing.refusals import Unwritable
from gallery.metadata.writing.words import RDF

LIMIT = 2 * 1024 * 1024
_SEPARATOR = "\n"
_PADDING = b"\0 \t\r\n"
_DEPTH_LIMIT, _ELEMENT_LIMIT = 64, 100_000
_ATTRIBUTE = re.compile(rb"""\s+([^\s=/>]+)\s*=\s*("[^"]*"|'[^']*')""")
_LANGUAGE = "http://www.w3.org/XML/1998/namespace\nlang"
Name = tuple[str, str]


class Damaged(Unwritable):
    """It is no XMP that can be edited without guessing."""


@dataclass(slots=True)
class Item:
    """One entry of a list, from `start` to `end`."""

    start: int
    end: int
    text: str
    language: str = ""


@dataclass(slots=True)
class Property:
    """An element or an attribute of a description; `items` are those of a list."""

    name: Name
    start: int
    end: int
    text: str = ""
    items: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class Description:
    """Of the picture, from `start` to `end`."""

    start: int
    end: int
    about: str
    properties: list[Property] = field(default_factory=list)


@dataclass(slots=True)
class Layout:
    """`room` is where another description goes: before the end tag, or None where RDF is one empty
    tag, which ends at `rdf_end`, of that raw name."""

    descriptions: list[Description]
    room: int | None
    rdf_end: int
    rdf_name: bytes

    @property
    def properties(self) -> list[Property]:
        return [each for described in self.descriptions for each in described.properties]


def read(data: bytes) -> Layout:
    """Raises `Damaged`."""
    if len(data) > LIMIT:
        raise Damaged("its XMP is larger than 2 MB, and is left as it is")
    try:
        data.decode()
    except UnicodeDecodeError:
        raise Damaged("its XMP is not in UTF-8, and is left as it is") from None
    reader = _Reader(data)
    try:
        reader.parser.Parse(data.rstrip(_PADDING), True)
    except expat.ExpatError:
        raise Damaged("its XMP is damaged, and is left as it is") from None
    if reader.layout is None:
        raise Damaged("its XMP has no RDF in it, and is left as it is")
    return reader.layout


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.layout: Layout | None = None
        self.parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        self.parser.namespace_prefixes = True
        self.parser.buffer_text = True
        self.parser.ordered_attributes = True
        self.parser.StartDoctypeDeclHandler = _refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._elements = 0
        # Start, end of the start tag, and whether that is all of it.
        self._open: list[tuple[int, int, bool]] = []
        self._rdf = self._described = self._named = self._listed = 0
        self._descriptions: list[Description] = []
        self._property = Property(("", ""), 0, 0)
        self._parts: list[str] = []

    def _start(self, name: str, attributes: list[str]) -> None:
        self._elements += 1
        if len(self._open) >= _DEPTH_LIMIT or self._elements > _ELEMENT_LIMIT:
            raise Damaged("its XMP is nested too deep, and is left as it is")
        start = self.parser.CurrentByteIndex
        end = _tag_end(self.data, start)
        self._open.append((start, end, self.data[end - 2 : end - 1] == b"/"))
        depth = len(self._open)
        space, local = _named(name)
        if not self._rdf:
            if (space, local) == (RDF, "RDF") and self.layout is None:
                self._rdf = depth
        elif not self._described:
            if (space, local) == (RDF, "Description") and depth == self._rdf + 1:
                self._described = depth
                self._describe(start, end, attributes)
        elif not self._named:
            self._named = depth
            self._property = Property((space, local), start, 0)
            self._parts = []
        elif (space, local) == (RDF, "li") and depth == self._named + 2:
            self._listed = depth
            self._parts = []
            language = next((v for k, v in _pairs(attributes) if k.startswith(_LANGUAGE)), "")
            self._property.items.append(Item(start, 0, "", language))

    def _describe(self, start: int, end: int, attributes: list[str]) -> None:
        places = {
            found[1]: (start + found.start(), start + found.end())
            for found in _ATTRIBUTE.finditer(self.data[start:end])
        }
        described = Description(start, 0, "")
        for full, value in _pairs(attributes):
            space, local, prefix = (*full.split(_SEPARATOR), "", "")[:3]
            if not local:
                space, local = "", space
            if local == "about" and space in {"", RDF}:
                described.about = value
            elif space and space != RDF:
                raw = f"{prefix}:{local}" if prefix else local
                place = places.get(raw.encode())
                if place is None:
                    raise Damaged("its XMP is written in a way that cannot be edited safely")
                described.properties.append(Property((space, local), *place, value))
        self._descriptions.append(described)

    def _text(self, data: str) -> None:
        self._parts.append(data)

    def _end(self, name: str) -> None:
        depth = len(self._open)
        start, tag_end, is_empty = self._open.pop()
        end = tag_end if is_empty else self.data.index(b">", self.parser.CurrentByteIndex) + 1
        if depth == self._listed:
            self._listed = 0
            item = self._property.items[-1]
            item.end, item.text = end, "".join(self._parts).strip()
        elif depth == self._named:
            self._named = 0
            self._property.end = end
            if not self._property.items:
                self._property.text = "".join(self._parts).strip()
            self._descriptions[-1].properties.append(self._property)
        elif depth == self._described:
            self._described = 0
            self._descriptions[-1].end = end
        elif depth == self._rdf:
            self._rdf = 0
            raw = self.data[start + 1 : tag_end].split(None, 1)[0].rstrip(b"/>")
            room = None if is_empty else self.parser.CurrentByteIndex
            self.layout = Layout(self._descriptions, room, tag_end, raw)


def _refuse(*_: Any) -> None:
    raise Damaged("its XMP declares entities, and is left as it is")


def _tag_end(data: bytes, start: int) -> int:
    """Behind the `>` of a start tag; expat has seen that it is well formed."""
    quote = 0
    for place in range(start, len(data)):
        byte = data[place]
        if quote:
            quote = 0 if byte == quote else quote
        elif byte in b"\"'":
            quote = byte
        elif byte == 0x3E:
            return place + 1
    raise Damaged("its XMP is damaged, and is left as it is")


def _named(name: str) -> Name:
    space, separator, rest = name.partition(_SEPARATOR)
    return (space, rest.partition(_SEPARATOR)[0]) if separator else ("", space)


def _pairs(attributes: list[str]) -> list[tuple[str, str]]:
    return list(zip(attributes[::2], attributes[1::2], strict=True))
