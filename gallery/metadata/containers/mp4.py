"""MP4 and QuickTime: size, duration and texts, wherever the movie box lies; media data is stepped
over.

Source: ISO/IEC 14496-12 and -14, Apple's QuickTime File Format.
"""

from gallery.metadata.containers import box_texts, boxes, movie, mp4_texts
from gallery.metadata.containers.boxes import Box, Boxes
from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.source import Source

# Pictures that begin as MP4 does, by any of their brands, and sounds, by the major one.
_PICTURES = frozenset(
    (
        *(b"avif", b"avis", b"mif1", b"mif2", b"mif3", b"msf1", b"miaf", b"jpeg", b"crx "),
        *(b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"),
    )
)
_SOUNDS = frozenset((b"M4A ", b"M4B ", b"M4P "))
_QUICKTIME = b"qt  "
# What a QuickTime file without a file type box begins with.
_FIRST_BOXES = frozenset((b"moov", b"mdat", b"wide", b"pnot", b"free", b"skip"))


def recognises_mov(head: bytes) -> bool:
    if head[4:8] == b"ftyp":
        return head[8:12] == _QUICKTIME
    size = int.from_bytes(head[:4], "big")
    return head[4:8] in _FIRST_BOXES and (size >= 8 or size == 1)


def recognises_mp4(head: bytes) -> bool:
    found = boxes.brands(head)
    return (
        bool(found)
        and found[0] != _QUICKTIME
        and found[0] not in _SOUNDS
        and _PICTURES.isdisjoint(found)
    )


def read(source: Source, contents: Contents) -> None:
    walk = Boxes(source, contents)
    has_movie = False
    for box in walk.top():
        if box.kind == b"moov":
            has_movie = True
            _read_movie(walk, box, contents)
        elif box.kind == b"meta":
            mp4_texts.read_meta(walk, box, contents)
        elif box.kind == box_texts.XMP_UUID:
            box_texts.read_xmp(walk, box, contents, "mp4:xmp")
        elif box.kind == box_texts.C2PA_UUID:
            box_texts.read_credentials(walk, box, contents, "mp4:c2pa")
    if not has_movie:
        contents.complain(
            "The video's header is missing, as when a recording is broken off or still going on."
        )
    elif contents.width is None:
        contents.complain("The file holds no video that has a size.")


def _read_movie(walk: Boxes, moov: Box, contents: Contents) -> None:
    units_per_second = 0
    for box in walk.children(moov):
        if box.kind == b"mvhd":
            data = walk.data(box, limit=64)
            units_per_second = movie.units_per_second(data)
            if time := movie.time(data):
                contents.set_duration(*time)
        elif box.kind == b"mvex" and contents.duration_ms is None:
            for inner in walk.children(box):
                if inner.kind == b"mehd":
                    length = movie.fragments_time(walk.data(inner, limit=16), units_per_second)
                    if length:
                        contents.set_duration(*length)
        elif box.kind == b"trak" and contents.width is None:
            track = movie.track(walk, box)
            if track.shows_pictures():
                movie.set_size(contents, track)
        elif box.kind == b"udta":
            mp4_texts.read_user_data(walk, box, contents)
        elif box.kind == b"meta":
            mp4_texts.read_meta(walk, box, contents)
