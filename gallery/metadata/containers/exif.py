"""EXIF as far as generators use it: the texts of the first directory and of the Exif directory.

Source: EXIF 2.32 / 3.0. Offsets are checked against the block and directories are visited once, so
loops and overflows in a block lead nowhere.
"""

from gallery.metadata.containers import directories, texts
from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.directories import ASCII, UNDEFINED, UTF8, Directories, Entry

_EXIF_DIRECTORY, _ORIENTATION, _USER_COMMENT, _MAKER_NOTE = 0x8769, 0x0112, 0x9286, 0x927C
_WINDOWS_TEXTS = {
    0x9C9B: "XPTitle",
    0x9C9C: "XPComment",
    0x9C9D: "XPAuthor",
    0x9C9E: "XPKeywords",
    0x9C9F: "XPSubject",
}
# Texts whatever type a writer gives them.
_PLAIN_TEXTS = {
    0x010D: "DocumentName",
    0x010E: "ImageDescription",
    0x010F: "Make",
    0x0110: "Model",
    0x0131: "Software",
    0x013B: "Artist",
    0x8298: "Copyright",
}
_NAMES = {
    **_PLAIN_TEXTS,
    0x0132: "DateTime",
    0x013C: "HostComputer",
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
_TEXT_KINDS = frozenset((ASCII, UTF8))
_BYTE_KINDS = frozenset((1, UNDEFINED))


def read(block: bytes, container: str, position: int, contents: Contents) -> None:
    """Records and orientation of an EXIF block, with or without its `Exif` NUL NUL prefix.

    `position` is where the block's holder lies in the file.
    """
    start = 6 if block.startswith(b"Exif\0") else 0
    found = directories.within(lambda at, length: block[start + at : start + at + length])
    if found is None:
        contents.complain("The file's EXIF data cannot be read: it has no header.")
        return
    first = len(contents.records)
    read_directories(*found, container, position, contents)
    contents.exif_span = first, len(contents.records)
    contents.exif_block = memoryview(block)[start:]


def read_directories(
    tiff: Directories, first: int, container: str, position: int, contents: Contents
) -> None:
    """As `read`, of a structure that is found already; `first` is its first directory's place."""
    second = _read_directory(tiff, first, container, position, contents)
    if second is not None and second != first:
        _read_directory(tiff, second, container, position, contents)


def _read_directory(
    tiff: Directories, offset: int, container: str, position: int, contents: Contents
) -> int | None:
    """Takes up every text of the directory at `offset`; returns where the Exif one lies."""
    entries, following = tiff.entries(offset)
    if following is None:
        contents.complain("The file's EXIF data is cut off.")
    exif_offset = None
    for entry in entries:
        tag, kind = entry.tag, entry.kind
        if tag == _EXIF_DIRECTORY:
            exif_offset = tiff.offset(entry)
        elif tag == _ORIENTATION:
            contents.orientation = tiff.number(entry) or 1
        elif (
            kind in _TEXT_KINDS
            or tag == _USER_COMMENT
            or tag in _WINDOWS_TEXTS
            or (kind in _BYTE_KINDS and tag in _PLAIN_TEXTS)
        ):
            _take(tiff, entry, container, position, contents)
    return exif_offset


def _take(
    tiff: Directories, entry: Entry, container: str, position: int, contents: Contents
) -> None:
    data = tiff.value(entry, contents.room())
    is_damaged = len(data) < entry.length
    if is_damaged:
        contents.complain("The file's EXIF data is cut off.")
    if not data:
        return
    text, encoding = _decode(entry.tag, entry.kind, data, tiff.order)
    name = _NAMES.get(entry.tag) or f"0x{entry.tag:04X}"
    contents.add(container, name, text, encoding, position, is_damaged)


def _decode(tag: int, kind: int, data: bytes, order: str) -> tuple[str, str]:
    if tag == _USER_COMMENT:
        return _user_comment(data, order)
    if tag in _WINDOWS_TEXTS and kind != ASCII:
        return data.decode("utf-16-le", "replace").rstrip("\0"), "utf-16-le"
    return texts.decode(data.rstrip(b"\0"))


def _user_comment(data: bytes, order: str) -> tuple[str, str]:
    """Eight bytes name the character code, then the text; some writers leave the code out."""
    code, text = data[:8].upper(), data[8:]
    if code in (b"UNICODE\0", b"\0" * 8):
        return texts.decode_wide(text, order)
    if code.startswith(b"ASCII\0"):
        return texts.decode_narrow(text, order)
    if code.startswith(b"JIS\0"):
        return texts.decode_japanese(text)
    return texts.decode_narrow(data, order)
