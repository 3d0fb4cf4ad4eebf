"""TIFF and BigTIFF: size, texts, EXIF and XMP of the first page; the pages are counted.

Source: TIFF 6.0, TIFF/EP and DNG for what is a camera's raw picture instead.
"""

from gallery.metadata.containers import directories, exif, icc, xmp
from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.directories import Directories, Entry
from gallery.metadata.containers.source import Source

_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_WIDTH, _HEIGHT, _DEPTH, _COLOUR, _SAMPLES = 0x0100, 0x0101, 0x0102, 0x0106, 0x0115
_SUBDIRECTORIES, _XMP, _PROFILE, _DNG_VERSION = 0x014A, 0x02BC, 0x8773, 0xC612
_COLOUR_FILTERS = 32803
_COLOURS = {0: "Grey", 1: "Grey", 3: "Palette", 5: "CMYK", 8: "Lab"}
_RGB = 2
_PAGE_LIMIT = 1000


def recognises(head: bytes) -> bool:
    # Canon's raw pictures are TIFF with a mark of their own.
    return head.startswith(_STARTS) and not head.startswith(b"CR", 8)


def read(source: Source, contents: Contents) -> None:
    found = directories.within(source.at)
    if found is None:
        contents.complain("The file ends before its picture data.")
        return
    tiff, first = found
    entries, following = tiff.entries(first)
    tags = {entry.tag: entry for entry in entries}
    if _WIDTH in tags and _HEIGHT in tags:
        contents.set_size(_number(tiff, tags, _WIDTH), _number(tiff, tags, _HEIGHT))
    else:
        contents.complain("The file has no size: its picture header is missing.")
    _tell_colour(tiff, tags, contents)
    exif.read_directories(tiff, first, "tiff:exif", first, contents)
    if (entry := tags.get(_XMP)) and contents.has_room():
        packet = tiff.value(entry, contents.room())
        xmp.read(packet, "tiff:xmp", first, contents, len(packet) < entry.length)
    if entry := tags.get(_PROFILE):
        icc.tell(tiff.value(entry, icc.NEEDED), contents)
    if _DNG_VERSION in tags or _number(tiff, tags, _COLOUR) == _COLOUR_FILTERS:
        contents.complain("This is a camera's raw picture; only what it says of itself was read.")
    elif following is not None:
        pages = _count_pages(tiff, first, following)
        if pages > 1:
            contents.media.append(("Pages", str(pages)))


def _number(tiff: Directories, tags: dict[int, Entry], tag: int, default: int = 0) -> int:
    entry = tags.get(tag)
    number = None if entry is None else tiff.number(entry)
    return default if number is None else number


def _tell_colour(tiff: Directories, tags: dict[int, Entry], contents: Contents) -> None:
    depth = _number(tiff, tags, _DEPTH, 8)
    if depth != 8 and depth <= 64:
        contents.media.append(("Bit depth", str(depth)))
    colour = _number(tiff, tags, _COLOUR, _RGB)
    if colour == _RGB and _number(tiff, tags, _SAMPLES) == 4:
        contents.media.append(("Colour", "RGBA"))
    elif colour in _COLOURS:
        contents.media.append(("Colour", _COLOURS[colour]))


def _count_pages(tiff: Directories, first: int, following: int) -> int:
    seen = {first}
    while following and following not in seen and len(seen) < _PAGE_LIMIT:
        seen.add(following)
        _, after = tiff.entries(following)
        following = after or 0
    return len(seen)
