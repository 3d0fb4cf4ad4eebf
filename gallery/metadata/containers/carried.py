"""What a file said before it was converted: its records, whole and in order, in a property of its
XMP; so a converted file is understood exactly as the one that it was made from.

The property holds JSON, deflated, in Base64. The EXIF block beside it is for other programs: as
long as it is the one that was written with it, it says nothing more.
"""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from gallery.metadata.containers.contents import RECORD_LIMIT, Contents
from gallery.metadata.records import RawRecord

SPACE = "urn:diffusiontoolkit:carried:1"
_PREFIX = "dtcarried"
_START = f'<rdf:Description rdf:about="" xmlns:{_PREFIX}="{SPACE}"><{_PREFIX}:records>'
_CLOSED = "</rdf:Description>"
_END = f"</{_PREFIX}:records>{_CLOSED}"
_WRAPPER = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    "</rdf:RDF></x:xmpmeta>",
)
_CLOSING = "</rdf:RDF>"
# However other programs have written it again.
_ELEMENT = re.compile(r"<([\w.-]{1,40}):records>([A-Za-z0-9+/=\s]*)</\1:records>")
# Sidecars lie beside a file, so none is carried in one.
_CONTAINER = re.compile(
    r"(?:png|jpeg|webp|gif|tiff|bmp|avif|jxl|mp4|mov|webm|mkv|avi|stealth):[A-Za-z0-9]{1,20}\Z"
)
_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Carried:
    """`hidden` is what lay in the pixels; `exif` the checksum of the block written beside it."""

    records: tuple[RawRecord, ...]
    hidden: tuple[RawRecord, ...] = ()
    exif: int = 0


def packet(carried: Carried, own: str = "") -> bytes:
    """XMP with `carried` in it, and all of the file's `own` packet where it can be joined to."""
    told = {
        "records": [_listed(record) for record in carried.records],
        "hidden": [_listed(record) for record in carried.hidden],
        "exif": carried.exif,
    }
    plain = json.dumps(told, separators=(",", ":")).encode("ascii")
    packed = base64.b64encode(zlib.compress(plain, _LEVEL)).decode("ascii")
    element = f"{_START}{packed}{_END}"
    place = own.rfind(_CLOSING)
    if place < 0 or SPACE in own or "\0" in own:
        return f"{_WRAPPER[0]}{element}{_WRAPPER[1]}".encode()
    return f"{own[:place]}{element}{own[place:]}".encode("utf-8", "surrogatepass")


def split(text: str, contents: Contents, position: int) -> str:
    """What remains of a packet without the property, which `contents` gets; empty where nothing
    but the property was in it."""
    found = _ELEMENT.search(text)
    carried = _unpacked(found[2], contents, position) if found else None
    if found is None or carried is None:
        return text
    contents.carried = carried
    start, stop = found.span()
    opening = text.rfind("<rdf:Description", 0, start)
    if text[opening:start] + found[0][: found[0].find(">") + 1] == _START and text.startswith(
        _CLOSED, stop
    ):
        start, stop = opening, stop + len(_CLOSED)
    rest = text[:start] + text[stop:]
    return "" if rest == "".join(_WRAPPER) else rest


def forget_packet(contents: Contents) -> None:
    """Of the records that are carried, those of XMP."""
    if contents.carried is not None:
        kept = tuple(
            record for record in contents.carried.records if not record.container.endswith(":xmp")
        )
        contents.carried = replace(contents.carried, records=kept)


def settle(contents: Contents) -> None:
    """The records of before take the place of what was written for other programs."""
    carried = contents.carried
    if carried is None:
        return
    if zlib.crc32(contents.exif_block) == carried.exif:
        first, last = contents.exif_span
        del contents.records[first:last]
    contents.records[:0] = carried.records


def _listed(record: RawRecord) -> list[Any]:
    return [record.container, record.key, record.text, record.encoding]


def _unpacked(packed: str, contents: Contents, position: int) -> Carried | None:
    try:
        data = base64.b64decode(packed)
    except binascii.Error:
        return None
    plain, is_whole = contents.inflate(data, "What was carried over from another file")
    if not is_whole:
        return None
    try:
        told = json.loads(plain)
    except (ValueError, RecursionError):
        contents.complain("What was carried over from another file cannot be read.")
        return None
    if not isinstance(told, dict):
        return None
    exif = told.get("exif")
    return Carried(
        tuple(_records(told.get("records"), position)),
        tuple(_records(told.get("hidden"), position)),
        exif if isinstance(exif, int) else 0,
    )


def _records(listed: Any, position: int) -> Iterable[RawRecord]:
    for each in listed[:RECORD_LIMIT] if isinstance(listed, list) else ():
        if not (isinstance(each, list) and len(each) == 4):
            continue
        if all(isinstance(part, str) for part in each) and _CONTAINER.match(each[0]):
            container, key, text, encoding = each
            yield RawRecord(container, key, text, encoding, position)
