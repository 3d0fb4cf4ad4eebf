"""What a file says, put where the new one has room for it: our own record of it in XMP, and beside
it an EXIF block in which other programs find what they look for.

Conventions: A1111 and its kin write infotext as UserComment, UTF-16; ComfyUI writes `prompt:` as
Model and `workflow:` as Make; Fooocus its scheme as MakerNote; NovelAI one JSON of all its texts.
"""

import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from gallery.metadata import RawRecord
from gallery.metadata.containers import carried
from gallery.metadata.containers.carried import Carried

_MAKE, _MODEL, _SOFTWARE = 0x010F, 0x0110, 0x0131
_EXIF_DIRECTORY, _USER_COMMENT, _MAKER_NOTE = 0x8769, 0x9286, 0x927C
_ASCII, _LONG, _UNDEFINED = 2, 4, 7
_ORIENTATION = 0x0112
_MOST_ENTRIES = 1000
_HEADER = b"MM\0*"
_NOVELAI = "NovelAI"
# What is signed with the bytes of the original.
CREDENTIALS = "c2pa"
Tags = dict[int, tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Carrying:
    """`exif` from its TIFF header on, empty where there is nothing for it."""

    exif: bytes
    xmp: bytes


def carry(
    records: Sequence[RawRecord], hidden: Sequence[RawRecord], exif: bytes
) -> Carrying | None:
    """None where the file says nothing. `exif` is the original's own block, where it has one."""
    block = upright(exif) if exif else _conventional(records, hidden)
    if not records and not hidden and not block:
        return None
    if not records and not hidden:
        return Carrying(block, b"")
    own = next((record.text for record in records if record.key == "xmp"), "")
    told = Carried(tuple(records), tuple(hidden), zlib.crc32(block))
    return Carrying(block, carried.packet(told, own))


def upright(exif: bytes) -> bytes:
    """The block from its header on, without an orientation: the pixels are turned already. All else
    stays in its place, so that no offset in it goes wrong."""
    block = bytearray(exif[6:] if exif.startswith(b"Exif\0") else exif)
    order = {b"II": "<", b"MM": ">"}.get(bytes(block[:2]))
    if order is None:
        return b""
    try:
        (offset,) = struct.unpack_from(f"{order}L", block, 4)
        (count,) = struct.unpack_from(f"{order}H", block, offset)
        for entry in reversed(range(min(count, _MOST_ENTRIES))):
            place = offset + 2 + 12 * entry
            if struct.unpack_from(f"{order}H", block, place)[0] == _ORIENTATION:
                # The entries behind it, and where the next directory lies, move up.
                end = offset + 2 + 12 * count + 4
                block[place:end] = block[place + 12 : end].ljust(end - place, b"\0")
                count -= 1
                struct.pack_into(f"{order}H", block, offset, count)
    except struct.error:
        pass  # cut: it goes on as it is
    return bytes(block)


def _conventional(records: Sequence[RawRecord], hidden: Sequence[RawRecord]) -> bytes:
    texts: dict[str, str] = {}
    for record in (*records, *hidden):
        if record.container.startswith(("png:", "gif:", "stealth:")):
            texts.setdefault(record.key, record.text)
    first: Tags = {}
    second: Tags = {}
    if comment := _comment(texts):
        second[_USER_COMMENT] = (
            _UNDEFINED,
            b"UNICODE\0" + comment.encode("utf-16-be", "surrogatepass"),
        )
    if scheme := texts.get("fooocus_scheme"):
        second[_MAKER_NOTE] = _UNDEFINED, scheme.encode("utf-8", "replace")
    for tag, key in ((_MODEL, "prompt"), (_MAKE, "workflow")):
        if (text := texts.get(key, "")).lstrip().startswith("{"):
            first[tag] = _ASCII, f"{key}:{text}".encode("utf-8", "replace") + b"\0"
    if software := texts.get("Software"):
        first[_SOFTWARE] = _ASCII, software.encode("utf-8", "replace") + b"\0"
    return _block(first, second) if first or second else b""


def _comment(texts: dict[str, str]) -> str:
    if "parameters" in texts:
        return texts["parameters"]
    if texts.get("Software", "").startswith(_NOVELAI) and "Comment" in texts:
        return json.dumps(texts, ensure_ascii=False)
    return texts.get("stealth") or texts.get("COM") or ""


def _block(first: Tags, second: Tags) -> bytes:
    """A big endian TIFF of a directory and of the Exif directory within it."""
    if second:
        # Where it lies is known once the first is laid out.
        first = {**first, _EXIF_DIRECTORY: (_LONG, b"\0\0\0\0")}
    head = _HEADER + struct.pack(">L", 8)
    if second:
        start = len(head) + len(_directory(first, 8))
        first[_EXIF_DIRECTORY] = _LONG, struct.pack(">L", start)
        return head + _directory(first, 8) + _directory(second, start)
    return head + _directory(first, 8)


def _directory(tags: Tags, offset: int) -> bytes:
    """With its values behind it; `offset` is its place in the block."""
    place = offset + 2 + 12 * len(tags) + 4
    entries, values = [], []
    for tag, (kind, data) in sorted(tags.items()):
        amount = len(data) // 4 if kind == _LONG else len(data)
        entry = struct.pack(">HHL", tag, kind, amount)
        if len(data) <= 4:
            entries.append(entry + data.ljust(4, b"\0"))
            continue
        entries.append(entry + struct.pack(">L", place))
        padded = data + b"\0" * (len(data) & 1)
        values.append(padded)
        place += len(padded)
    count = struct.pack(">H", len(tags))
    return b"".join((count, *entries, b"\0\0\0\0", *values))
