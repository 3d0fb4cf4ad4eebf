"""Texts of MP4 and QuickTime: named keys (`mdta`), iTunes items, user data of old and 3GPP style.

ComfyUI and VideoHelperSuite write keys `prompt` and `workflow`; older ones one JSON as `comment`.
Source: Apple's QuickTime File Format, "Metadata" and "User Data"; 3GPP TS 26.244.
"""

import struct

from gallery.metadata.containers import box_texts, texts
from gallery.metadata.containers.boxes import Box, Boxes
from gallery.metadata.containers.contents import Contents

_KEY_LIMIT = 1000
_NAME_LIMIT = 200
# Value types: none given, UTF-8, UTF-16, and both as sorting forms. Others are numbers, pictures.
_IMPLICIT, _UTF8_TYPES, _UTF16_TYPES = 0, (1, 4), (2, 5)
_ISO_LANGUAGES_FROM = 0x400
# Four-letter names, and what everybody (FFmpeg first) calls them.
_NAMES = {
    b"\xa9cmt": "comment",
    b"\xa9nam": "title",
    b"\xa9too": "encoder",
    b"\xa9enc": "encoder",
    b"\xa9swr": "encoder",
    b"\xa9ART": "artist",
    b"\xa9aut": "author",
    b"\xa9day": "date",
    b"\xa9des": "description",
    b"\xa9inf": "information",
    b"\xa9alb": "album",
    b"\xa9gen": "genre",
    b"\xa9key": "keywords",
    b"\xa9lyr": "lyrics",
    b"\xa9cpy": "copyright",
    b"\xa9mak": "make",
    b"\xa9mod": "model",
    b"\xa9fmt": "format",
    b"\xa9src": "source",
    b"\xa9wrt": "composer",
    b"\xa9xyz": "location",
    b"cprt": "copyright",
    b"desc": "description",
    b"ldes": "synopsis",
    b"keyw": "keywords",
    b"auth": "author",
    b"dscp": "description",
    b"titl": "title",
}
_3GPP = frozenset((b"titl", b"dscp", b"auth", b"cprt", b"perf", b"gnre"))


def read_user_data(walk: Boxes, udta: Box, contents: Contents) -> None:
    for box in walk.children(udta):
        if not contents.has_room():
            return
        if box.kind == b"meta":
            read_meta(walk, box, contents)
        elif box.kind == b"XMP_":
            box_texts.read_xmp(walk, box, contents, "mp4:xmp")
        elif box.kind[:1] == b"\xa9" or box.kind in _3GPP:
            data = walk.text_data(box)
            text, encoding = _3gpp_text(data) if box.kind in _3GPP else _quicktime_text(data)
            _add(contents, "mp4:udta", box.kind, text, encoding, box)


def read_meta(walk: Boxes, meta: Box, contents: Contents) -> None:
    """The items of a metadata box, which has version and flags in MP4 and not in QuickTime."""
    is_plain = walk.data(meta, limit=8)[4:] in (b"hdlr", b"keys", b"ilst")
    keys: list[str] = []
    for box in walk.children(meta, skip=0 if is_plain else 4):
        if box.kind == b"keys":
            keys = _keys(walk, box)
        elif box.kind == b"ilst":
            for item in walk.children(box):
                if not contents.has_room():
                    return
                _read_item(walk, item, keys, contents)


def _keys(walk: Boxes, box: Box) -> list[str]:
    """Key names in order; an item's type is its place here, counted from 1."""
    data = walk.data(box)
    names: list[str] = []
    position = 8
    while position + 8 <= len(data) and len(names) < _KEY_LIMIT:
        (size,) = struct.unpack_from(">L", data, position)
        if size < 8:
            break
        name = data[position + 8 : min(position + size, position + 8 + _NAME_LIMIT)]
        names.append(texts.decode(name)[0].rstrip("\0"))
        position += size
    return names


def _read_item(walk: Boxes, item: Box, keys: list[str], contents: Contents) -> None:
    index = int.from_bytes(item.kind[:4], "big")
    name = ""
    if keys:
        name = keys[index - 1] if 0 < index <= len(keys) else str(index)
    for box in walk.children(item):
        if not contents.has_room():
            return
        if box.kind == b"name" and item.kind == b"----":
            name = texts.decode(walk.data(box, skip=4, limit=_NAME_LIMIT))[0]
        elif box.kind == b"data":
            found = _item_text(walk.text_data(box, besides=8))
            if found is None:
                continue
            if name:
                container = "mp4:mdta" if keys else "mp4:ilst"
                contents.add(container, name, *found, item.position, box.is_cut)
            else:
                _add(contents, "mp4:ilst", item.kind, *found, box)


def _item_text(data: bytes) -> tuple[str, str] | None:
    """Of a value behind its type and language (4 bytes each); None where it is no text."""
    kind, value = int.from_bytes(data[:4], "big"), data[8:]
    if kind in _UTF8_TYPES:
        return texts.decode(value)
    if kind in _UTF16_TYPES:
        return _wide(value)
    if kind == _IMPLICIT and value and b"\0" not in value:
        return texts.decode(value)
    return None


def _quicktime_text(data: bytes) -> tuple[str, str]:
    """The first of the texts in several languages: length, language (2 bytes each), text."""
    length, language = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
    if len(data) < 4 or length > len(data) - 4:
        return texts.decode(data)
    # FFmpeg writes texts of any length, whose number then overflows.
    is_overflown = (len(data) - 4) & 0xFFFF == length
    value = data[4:] if is_overflown else data[4 : 4 + length]
    if value.startswith((b"\xfe\xff", b"\xff\xfe")):
        return _wide(value)
    try:
        return value.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        encoding = "mac_roman" if language < _ISO_LANGUAGES_FROM else "latin-1"
        return value.decode(encoding), encoding


def _3gpp_text(data: bytes) -> tuple[str, str]:
    """Behind version, flags and language: UTF-8, or UTF-16 by its byte order mark."""
    value = data[6:]
    if value.startswith((b"\xfe\xff", b"\xff\xfe")):
        return _wide(value)
    return texts.decode(value)


def _wide(value: bytes) -> tuple[str, str]:
    encoding = "utf-16-le" if value.startswith(b"\xff\xfe") else "utf-16-be"
    return value.decode(encoding, "replace").lstrip("\ufeff"), encoding


def _add(
    contents: Contents, container: str, kind: bytes, text: str, encoding: str, box: Box
) -> None:
    name = _NAMES.get(kind, kind[:4].decode("latin-1"))
    contents.add(container, name, text.rstrip("\0"), encoding, box.position, box.is_cut)
