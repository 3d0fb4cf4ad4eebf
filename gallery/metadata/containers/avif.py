"""AVIF: size and turn of the picture that is shown, EXIF and XMP items, the time of animations.

Source: AV1 Image File Format; items in `heif_items`, movie boxes of animations in `movie`.
"""

from gallery.metadata.containers import box_texts, boxes, exif, heif_items, icc, movie, xmp
from gallery.metadata.containers.boxes import Box, Boxes
from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.heif_items import Item, Meta
from gallery.metadata.containers.source import Source

_BRANDS = frozenset((b"avif", b"avis"))
_USUAL_DEPTH = 8
_PROFILES = (b"prof", b"rICC")
_XMP_TYPE = b"application/rdf+xml"
# Items may overlap, so that a small file could hold any number of large ones.
_TEXT_ITEM_LIMIT = 16
# Quarter turns against the clock, mirrored at no axis, the upright one, the lying one: the EXIF
# orientation that shows the same.
_ORIENTATIONS = (
    {None: 1, 0: 2, 1: 4},
    {None: 8, 0: 5, 1: 7},
    {None: 3, 0: 4, 1: 2},
    {None: 6, 0: 7, 1: 5},
)


def recognises(head: bytes) -> bool:
    return not _BRANDS.isdisjoint(boxes.brands(head))


def read(source: Source, contents: Contents) -> None:
    walk = Boxes(source, contents)
    orientation = 1
    for box in walk.top():
        if box.kind == b"meta":
            meta = heif_items.read(walk, box)
            _read_texts(walk, meta, contents)
            orientation = _read_properties(walk, meta.primary_properties(), contents)
        elif box.kind == b"moov":
            _read_movie(walk, box, contents)
        elif box.kind == box_texts.C2PA_UUID:
            box_texts.read_credentials(walk, box, contents, "avif:c2pa")
        elif box.kind == box_texts.XMP_UUID:
            box_texts.read_xmp(walk, box, contents, "avif:xmp")
    # The EXIF block may say otherwise; viewers go by the properties alone.
    contents.orientation = orientation
    if contents.width is None:
        contents.complain("The file has no size: its picture header is missing.")


def _read_properties(walk: Boxes, properties: list[Box], contents: Contents) -> int:
    """Takes up size and bit depth; the orientation that turns and mirrors come to."""
    turns, mirror, depth = 0, None, None
    for box in properties:
        if box.kind == b"colr":
            _tell_profile(walk, box, contents)
            continue
        data = walk.data(box, limit=64)
        if box.kind == b"ispe" and len(data) >= 12:
            if contents.width is None:
                width, height = data[4:8], data[8:12]
                contents.set_size(int.from_bytes(width, "big"), int.from_bytes(height, "big"))
        elif box.kind == b"pixi" and len(data) >= 6:
            depth = data[5]
        elif box.kind == b"av1C" and len(data) >= 3 and depth is None:
            is_high, is_twelve = data[2] & 0x40, data[2] & 0x20
            depth = (12 if is_twelve else 10) if is_high else 8
        elif box.kind == b"irot" and data:
            turns = data[0] & 3
        elif box.kind == b"imir" and data:
            mirror = data[0] & 1
    if depth and depth != _USUAL_DEPTH:
        contents.media.append(("Bit depth", str(depth)))
    return _ORIENTATIONS[turns][mirror]


def _tell_profile(walk: Boxes, box: Box, contents: Contents) -> None:
    data = walk.data(box, limit=4 + icc.NEEDED)
    if data.startswith(_PROFILES):
        icc.tell(data[4:], contents)


def _read_texts(walk: Boxes, meta: Meta, contents: Contents) -> None:
    for item in [item for item in meta.items if _is_text(item)][:_TEXT_ITEM_LIMIT]:
        if not contents.has_room():
            return
        limit = contents.room()
        found = heif_items.item_data(walk, meta, item, limit)
        if found is None:
            contents.complain(f"The file does not say where its {_label(item)} data lie.")
            continue
        data, position, is_whole = found
        if len(data) == limit:
            contents.complain_of_length("A text")
        elif not is_whole:
            contents.complain(f"The file's {_label(item)} data are cut off.")
        if item.kind == b"Exif":
            exif.read(heif_items.exif_block(data), "avif:exif", position, contents)
        else:
            xmp.read(data, "avif:xmp", position, contents, not is_whole)


def _is_text(item: Item) -> bool:
    return item.kind == b"Exif" or (item.kind == b"mime" and item.content_type == _XMP_TYPE)


def _label(item: Item) -> str:
    return "EXIF" if item.kind == b"Exif" else "XMP"


def _read_movie(walk: Boxes, moov: Box, contents: Contents) -> None:
    """The longest track of pictures tells: the movie itself may be said to last for ever."""
    longest: movie.Time | None = None
    for box in walk.children(moov):
        if box.kind != b"trak":
            continue
        track = movie.track(walk, box)
        if not track.shows_pictures():
            continue
        if contents.width is None:
            movie.set_size(contents, track)
        if track.time and (longest is None or _seconds(track.time) > _seconds(longest)):
            longest = track.time
    if longest:
        contents.set_duration(*longest)


def _seconds(time: movie.Time) -> float:
    return time.amount / time.units_per_second
