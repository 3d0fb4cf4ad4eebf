"""XMP: the packet whole, and its simple properties as records of their own.

Source: ISO 16684-1. Parsed by expat without any document type, so that no entity can be declared,
let alone expanded or fetched; depth, elements and properties are bounded.
"""

import codecs
from typing import Any
from xml.parsers import expat

from gallery.metadata.containers import carried, texts
from gallery.metadata.containers.contents import Contents

_PARSE_LIMIT = 2 * 1024 * 1024
_DEPTH_LIMIT = 32
_ELEMENT_LIMIT = 20_000
_PROPERTY_LIMIT = 100

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML = "http://www.w3.org/XML/1998/namespace"
# The prefix that everybody uses, whatever a file calls it.
_PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://cipa.jp/exif/1.0/": "exifEX",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/pdf/1.3/": "pdf",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "Iptc4xmpCore",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
    "http://ns.microsoft.com/photo/1.0": "MicrosoftPhoto",
    "http://ns.microsoft.com/photo/1.0/": "MicrosoftPhoto",
    "http://www.digikam.org/ns/1.0/": "digiKam",
    "http://ns.useplus.org/ldf/xmp/1.0/": "plus",
    "urn:diffusiontoolkit:words:1.0#": "dtk",
}
# A photo editor's settings and history: many values, nothing that a person looks for here.
_NOISE = frozenset(
    (
        "http://ns.adobe.com/camera-raw-settings/1.0/",
        "http://ns.adobe.com/xap/1.0/mm/",
        "http://ns.adobe.com/xmp/1.0/DynamicMedia/",
        "http://ns.adobe.com/exif/1.0/aux/",
        "http://ns.google.com/photos/1.0/depthmap/",
        "http://ns.google.com/photos/1.0/image/",
        "http://ns.adobe.com/xmp/note/",
    )
)
# Generators' own names: records of these keys mean the same in whatever namespace they lie.
_GENERATORS_KEYS = frozenset(
    (
        "parameters",
        "prompt",
        "workflow",
        "invokeai_metadata",
        "invokeai_graph",
        "sd-metadata",
        "generation_data",
        "extraMetadata",
    )
)
# Of what a camera or an editor says of itself only these; sizes and settings are elsewhere.
_WANTED = {
    "exif": frozenset(("UserComment", "ImageUniqueID", "DateTimeOriginal")),
    "tiff": frozenset(("ImageDescription", "Artist", "Software", "Make", "Model", "Copyright")),
}
_SEPARATOR = "\n"


class _Forbidden(Exception):
    """The packet has a document type."""


class _Enough(Exception):
    """A bound is reached."""


def read(
    data: bytes, container: str, position: int, contents: Contents, is_damaged: bool = False
) -> None:
    """Records of one packet: itself, with the key `xmp`, then its properties (`dc:creator` …).

    Of alternatives the default one counts, the items of lists are joined by comma.
    """
    text, encoding = _decode(data)
    if carried.SPACE in text:
        text = carried.split(text, contents, position)
        if not text or _is_carried(text, contents):
            return
        # What was edited since the file was converted counts, not what it carries of before.
        carried.forget_packet(contents)
    contents.add(container, "xmp", text, encoding, position, is_damaged)
    for key, value in _properties(text, contents):
        contents.add(container, key, value, encoding, position, is_damaged)


def _is_carried(text: str, contents: Contents) -> bool:
    known = contents.carried.records if contents.carried else ()
    return any(record.key == "xmp" and record.text == text for record in known)


def _decode(data: bytes) -> tuple[str, str]:
    if data.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        return data.decode("utf-16", "replace"), "utf-16"
    return texts.decode_utf8(data)


def _properties(text: str, contents: Contents) -> list[tuple[str, str]]:
    packet = text[:_PARSE_LIMIT].strip("\ufeff\0 \t\r\n")
    if not packet:
        return []
    collector = _Collector()
    try:
        collector.parser.Parse(packet, True)
    except _Forbidden:
        contents.complain("The file's XMP declares entities; it was kept without being parsed.")
    except _Enough:
        contents.complain("The file's XMP is too large; a part was not read.")
    except expat.ExpatError:
        contents.complain("The file's XMP is damaged; what could be read was kept.")
    return collector.properties


class _Collector:
    """Properties of the top descriptions, gathered while expat walks the packet."""

    def __init__(self) -> None:
        self.properties: list[tuple[str, str]] = []
        self.parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        self.parser.namespace_prefixes = True
        self.parser.buffer_text = True
        self.parser.ordered_attributes = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._depth = 0
        self._elements = 0
        # How deep the description and the property lie that are being read; 0 outside.
        self._description = 0
        self._property = 0
        self._name = ""
        self._parts: list[str] = []
        self._items: list[str] = []
        self._is_alternative = False
        self._is_default = False
        self._default: str | None = None
        self._is_structure = False

    def _refuse(self, *_: Any) -> None:
        raise _Forbidden

    def _start(self, name: str, attributes: list[str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > _DEPTH_LIMIT or self._elements > _ELEMENT_LIMIT:
            raise _Enough
        space, local, _ = _split(name)
        if self._property:
            self._start_inside(space, local, attributes)
        elif self._description:
            self._property = self._depth
            self._name = name
            self._parts, self._items = [], []
            self._default = None
            self._is_alternative = self._is_default = self._is_structure = False
            self._take_reference(attributes)
        elif space == _RDF and local == "Description":
            self._description = self._depth
            for index in range(0, len(attributes), 2):
                self._keep(attributes[index], attributes[index + 1])

    def _start_inside(self, space: str, local: str, attributes: list[str]) -> None:
        if space != _RDF or local == "Description":
            self._is_structure = True
        elif local == "li":
            self._parts = []
            languages = [
                attributes[index + 1]
                for index in range(0, len(attributes), 2)
                if attributes[index].startswith(_XML)
            ]
            self._is_default = "x-default" in languages
            self._take_reference(attributes)
        elif local == "Alt":
            self._is_alternative = True
        elif local == "value":
            self._parts = []

    def _take_reference(self, attributes: list[str]) -> None:
        for index in range(0, len(attributes), 2):
            if attributes[index].startswith(f"{_RDF}{_SEPARATOR}resource"):
                self._parts = [attributes[index + 1]]

    def _text(self, data: str) -> None:
        if self._property and not self._is_structure:
            self._parts.append(data)

    def _end(self, name: str) -> None:
        if self._property and self._depth > self._property:
            if name.startswith(f"{_RDF}{_SEPARATOR}li"):
                item = "".join(self._parts).strip()
                if item:
                    self._items.append(item)
                if self._is_default and self._default is None:
                    self._default = item
                self._parts = []
        elif self._property:
            if not self._is_structure:
                self._keep(self._name, self._value())
            self._property = 0
        elif self._depth == self._description:
            self._description = 0
        self._depth -= 1

    def _value(self) -> str:
        if not self._items:
            return "".join(self._parts).strip()
        if self._is_alternative:
            return self._default or self._items[0]
        return ", ".join(self._items)

    def _keep(self, name: str, value: str) -> None:
        space, local, prefix = _split(name)
        if not value or space in (_RDF, _XML) or space in _NOISE:
            return
        if known := _PREFIXES.get(space):
            if local not in _WANTED.get(known, (local,)):
                return
            key = f"{known}:{local}"
        else:
            key = f"{prefix}:{local}" if prefix and local not in _GENERATORS_KEYS else local
        if len(self.properties) >= _PROPERTY_LIMIT:
            raise _Enough
        self.properties.append((key[:80], value))


def _split(name: str) -> tuple[str, str, str]:
    """Namespace, local name and prefix of a name as expat gives it."""
    space, separator, rest = name.partition(_SEPARATOR)
    if not separator:
        return "", space, ""
    local, _, prefix = rest.partition(_SEPARATOR)
    return space, local, prefix
