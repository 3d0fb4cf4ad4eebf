"""EXIF as far as generators use it: the texts of the first directory and of the Exif directory.

Source: EXIF 2.32 / 3.0 and TIFF 6.0. Offsets are checked against the block and directories are
visited once, so loops and overflows in a block lead nowhere.
"""

import struct

from gallery.metadata.containers import texts
from gallery.metadata.containers.contents import Contents

_ENTRY_LIMIT = 512
_EXIF_DIRECTORY, _ORIENTATION, _USER_COMMENT, _MAKER_NOTE = 0x8769, 0x0112, 0x9286, 0x927C
_WINDOWS_TEXTS = {
    0x9C9B: "XPTitle",
    0x9C9C: "XPComment",
    0x9C9D: "XPAuthor",
    0x9C9E: "XPKeywords",
    0x9C9F: "XPSubject",
}
_NAMES = {
    0x010D: "DocumentName",
    0x010E: "ImageDescription",
    0x010F: "Make",
    0x0110: "Model",
    0x0131: "Software",
    0x0132: "DateTime",
    0x013B: "Artist",
    0x013C: "HostComputer",
    0x8298: "Copyright",
    0x9003: "DateTimeOriginal",
    0x9004: "DateTimeDigitized",
    _MAKER_NOTE: "MakerNote",
    _USER_COMMENT: "UserComment",
    0xA420: "ImageUniqueID",
    0xA430: "CameraOwnerName",
    0xA433: "LensMake",
    0xA434: "LensModel",
    **_WINDOWS_TEXTS,
}
_ASCII, _UTF8 = 2, 129
# Bytes a value of each type, 1-based as in TIFF 6.0.
_SIZES = {1: 1, _ASCII: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, _UTF8: 1}


def read(block: bytes, container: str, position: int, contents: Contents) -> None:
    """Records and orientation of an EXIF block, with or without its `Exif` NUL NUL prefix.

    `position` is where the block's holder lies in the file.
    """
    start = 6 if block.startswith(b"Exif\0") else 0
    order = {b"II": "<", b"MM": ">"}.get(block[start : start + 2])
    if order is None or len(block) < start + 8:
        contents.complain("The file's EXIF data cannot be read: it has no header.")
        return
    directory = _Directory(block, start, order, container, position, contents)
    (first,) = struct.unpack_from(order + "L", block, start + 4)
    second = directory.read(first)
    if second is not None and second != first:
        directory.read(second)


class _Directory:
    """One block's byte order and place, carried while its directories are read."""

    def __init__(
        self,
        block: bytes,
        start: int,
        order: str,
        container: str,
        position: int,
        contents: Contents,
    ) -> None:
        self.block = block
        self.start = start
        self.order = order
        self.container = container
        self.position = position
        self.contents = contents
        self.entry = struct.Struct(order + "HHLL")

    def read(self, offset: int) -> int | None:
        """Takes up every text of the directory at `offset`; returns where the Exif one lies."""
        base = self.start + offset
        if base + 2 > len(self.block):
            self.contents.complain("The file's EXIF data is cut off.")
            return None
        (count,) = struct.unpack_from(self.order + "H", self.block, base)
        exif_offset = None
        for index in range(min(count, _ENTRY_LIMIT)):
            place = base + 2 + index * 12
            if place + 12 > len(self.block):
                self.contents.complain("The file's EXIF data is cut off.")
                break
            tag, kind, length, value = self.entry.unpack_from(self.block, place)
            if tag == _EXIF_DIRECTORY:
                exif_offset = value
            elif tag == _ORIENTATION:
                (self.contents.orientation,) = struct.unpack_from(
                    self.order + "H", self.block, place + 8
                )
            elif kind in (_ASCII, _UTF8) or tag == _USER_COMMENT or tag in _WINDOWS_TEXTS:
                self._take(tag, kind, length, place)
        return exif_offset

    def _take(self, tag: int, kind: int, count: int, place: int) -> None:
        length = count * _SIZES.get(kind, 1)
        at = place + 8
        if length > 4:
            (offset,) = struct.unpack_from(self.order + "L", self.block, at)
            at = self.start + offset
        data = self.block[at : at + min(length, self.contents.room())]
        is_damaged = len(data) < length
        if is_damaged:
            self.contents.complain("The file's EXIF data is cut off.")
        if not data:
            return
        text, encoding = self._decode(tag, kind, data)
        name = _NAMES.get(tag, f"0x{tag:04X}")
        self.contents.add(self.container, name, text, encoding, self.position, is_damaged)

    def _decode(self, tag: int, kind: int, data: bytes) -> tuple[str, str]:
        if tag == _USER_COMMENT:
            return _user_comment(data, self.order)
        if tag in _WINDOWS_TEXTS and kind != _ASCII:
            return data.decode("utf-16-le", "replace").rstrip("\0"), "utf-16-le"
        return texts.decode(data.rstrip(b"\0"))


def _user_comment(data: bytes, order: str) -> tuple[str, str]:
    """Eight bytes name the character code, then the text; some writers leave the code out."""
    code, text = data[:8].upper(), data[8:]
    if code == b"UNICODE\0":
        return texts.decode_wide(text, order)
    if code.startswith(b"ASCII\0"):
        return texts.decode(text)
    if code == b"\0" * 8:
        return texts.decode_wide(text, order)
    if code.startswith(b"JIS\0"):
        return text.decode("iso2022_jp", "replace"), "iso2022_jp"
    return texts.decode(data)
