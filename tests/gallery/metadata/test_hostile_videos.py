"""Files of boxes, elements and chunks that lie: nothing is raised, nothing hangs, nothing grows."""

import struct
import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gallery.metadata.containers import CONTAINERS
from gallery.metadata.containers.contents import DURATION_LIMIT, FILE_LIMIT
from tests.gallery.metadata.box_builders import (
    INFO,
    TRACKS,
    UNKNOWN,
    avi,
    avif,
    box,
    cluster,
    element,
    ftyp,
    full,
    iloc,
    ilst,
    infe,
    info,
    iprp,
    ispe,
    matroska,
    mp4,
    mvhd,
    named,
    number,
    seek_head,
    tags,
    trak,
    user_text,
)
from tests.gallery.metadata.builders import read, tiff
from tests.pictures import INFOTEXT

EXIF = b"\0\0\0\0" + tiff({}, {0x9286: (7, b"UNICODE\0" + INFOTEXT.encode("utf-16-be"))})
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a b="c"/></x:xmpmeta>'
ITEMS = [(b"Exif", b"", EXIF), (b"mime", b"application/rdf+xml", XMP)]
TURNED = iprp(ispe(), full(b"pixi", b"\3\x08\x08\x08"), box(b"irot", b"\1"), box(b"imir", b"\0"))
SEEDS = {
    "avif": avif(ITEMS, properties=TURNED),
    "idat": avif(ITEMS, method=1, pieces=3),
    "avis": ftyp(b"avis", b"msf1") + box(b"moov", mvhd(), trak(handler=b"pict")),
    "mp4": mp4(box(b"udta", full(b"meta", named({"prompt": '{"3": {}}', "parameters": INFOTEXT})))),
    "mov": mp4(
        box(b"udta", user_text(b"cmt", b"a cat")), box(b"meta", named({"a": "b"})), major=b"qt  "
    ),
    "itunes": mp4(box(b"udta", full(b"meta", ilst(ccmt=INFOTEXT)))),
    "jxl": box(b"JXL ", b"\r\n\x87\n")
    + box(b"jxlc", b"\xff\x0a" + b"\x48" * 30)
    + box(b"Exif", EXIF),
    "webm": matroska(seek_head({0x1254C367: 500}), INFO, TRACKS, cluster(), tags(COMMENT=INFOTEXT)),
    "endless": matroska(INFO, TRACKS, cluster(UNKNOWN), tags(COMMENT=INFOTEXT), size=UNKNOWN),
    "avi": avi(info(ICMT=INFOTEXT)),
}  # fmt: skip
FORMATS = frozenset(container.format for container in CONTAINERS) | {""}
QUIET = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
# Numbers that sizes, counts and offsets lie with.
LIES = [
    b"\0\0\0\0",
    b"\0\0\0\1",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\x80\0\0\0",
    b"\0\0\0\7",
]


def check(found):
    """Types and ranges that the database's columns hold."""
    assert found.format in FORMATS
    assert sum(len(record.text) for record in found.records) <= FILE_LIMIT
    for record in found.records:
        record.text.encode()
        record.key.encode()
        assert record.position >= 0
    for side in (found.width, found.height):
        assert side is None or 0 < side < 2**31
    assert found.duration_ms is None or 0 <= found.duration_ms <= DURATION_LIMIT


def test_the_seeds_are_sound():
    for name, seed in SEEDS.items():
        found = read(seed)
        assert (found.width, found.problems) != (None, ()), name
        check(found)


@pytest.mark.parametrize("name", SEEDS)
def test_a_file_cut_anywhere_is_read_as_far_as_it_goes(name):
    for end in range(len(SEEDS[name])):
        check(read(SEEDS[name][:end]))


@pytest.mark.parametrize("name", SEEDS)
def test_any_number_may_lie(name):
    seed = SEEDS[name]
    for place in range(min(len(seed), 900) - 4):
        for lie in LIES:
            check(read(seed[:place] + lie + seed[place + 4 :]))


@QUIET
@given(
    seed=st.sampled_from(list(SEEDS.values())),
    changes=st.lists(
        st.tuples(st.integers(0, 10_000), st.binary(max_size=6) | st.sampled_from(LIES)),
        max_size=12,
    ),
)
def test_a_file_with_bytes_changed_is_read(seed, changes):
    data = bytearray(seed)
    for place, replacement in changes:
        start = place % len(data)
        data[start : start + len(replacement)] = replacement
    check(read(bytes(data)))


@QUIET
@given(
    prefix=st.sampled_from([seed[:40] for seed in SEEDS.values()]), rest=st.binary(max_size=4000)
)
def test_any_bytes_behind_a_magic_number_are_read(prefix, rest):
    check(read(prefix + rest))


KINDS = [b"moov", b"trak", b"mdia", b"udta", b"meta", b"ilst", b"keys", b"iprp", b"ipco", b"ipma",
         b"iinf", b"infe", b"iloc", b"pitm", b"idat", b"tkhd", b"mdhd", b"mvhd", b"hdlr", b"data",
         b"----", b"\xa9cmt", b"XMP_", b"Exif", b"jxlp"]  # fmt: skip
BOXES = st.recursive(
    st.builds(box, st.sampled_from(KINDS), st.binary(max_size=90)),
    lambda inner: st.builds(
        lambda kind, parts, pad: box(kind, pad, *parts),
        st.sampled_from(KINDS),
        st.lists(inner, max_size=4),
        st.sampled_from([b"", b"\0\0\0\0"]),
    ),
    max_leaves=25,
)


@QUIET
@given(
    start=st.sampled_from(
        [ftyp(b"isom"), ftyp(b"avif"), ftyp(b"qt  "), box(b"JXL ", b"\r\n\x87\n")]
    ),
    parts=st.lists(BOXES, max_size=5),
)
def test_any_tree_of_boxes_is_read(start, parts):
    check(read(start + b"".join(parts)))


def deep(kind, depth):
    data = b""
    for _ in range(depth):
        data = box(kind, data)
    return data


MEBIBYTE = 1024 * 1024
STRUCTURES = {
    "boxes": lambda: ftyp(b"isom") + box(b"free") * 250_000,
    "tracks": lambda: ftyp(b"isom") + box(b"moov", *[box(b"trak", box(b"mdia"))] * 80_000),
    "deep boxes": lambda: ftyp(b"isom") + deep(b"moov", 3000),
    "keys": lambda: mp4(
        *[box(b"meta", named({"k" * 10: "v"} | {str(at): "v" for at in range(1500)}))] * 40
    ),
    "large texts": lambda: mp4(box(b"meta", ilst(ccmt="x" * 3 * MEBIBYTE)) * 20),
    "items": lambda: avif_of(infes=30_000),
    "associations": lambda: avif(
        properties=box(b"iprp", box(b"ipco", ispe()), *[full(b"ipma", b"\xff" * 260_000)] * 20)
    ),
    "extents": lambda: ftyp(b"avif") + full(
        b"meta",
        full(b"iinf", b"\0\2", infe(2, b"Exif")),
        iloc(*[(2, 0, [(0, 2**31)] * 900)] * 8),
        box(b"mdat", b"MM\0*" * 500_000),
    ),
    "elements": lambda: matroska(element(0xEC) * 250_000),
    "tracks of elements": lambda: matroska(element(0x1654AE6B, element(0xAE) * 100_000)),
    "index": lambda: matroska(
        element(0x114D9B74, *[
            element(0x4DBB, element(0x53AB, number(0x114D9B74)), element(0x53AC, number(at * 7)))
            for at in range(15_000)
        ]),
        cluster(),
    ),
    "tags": lambda: matroska(tags(**{str(at): "x" for at in range(40_000)})),
    "chunks": lambda: b"RIFF\0\0\0\0AVI " + b"JUNK\0\0\0\0" * 250_000,
    "lists": lambda: b"RIFF\0\0\0\0AVI " + b"LIST\4\0\0\0INFO" * 150_000,
}  # fmt: skip


def avif_of(infes):
    infos = [infe(2, b"Exif")] * infes
    return ftyp(b"avif") + full(
        b"meta", full(b"iinf", struct.pack(">H", infes), *infos), iloc((2, 0, [(0, 2**31)])), TURNED
    ) + box(b"mdat", b"MM\0*" * 500_000)  # fmt: skip


@pytest.mark.parametrize("name", STRUCTURES)
def test_large_files_of_nothing_but_structure_end_soon(name):
    data = STRUCTURES[name]()
    started = time.process_time()
    check(read(data))
    assert time.process_time() - started < 2
    tracemalloc.start()
    try:
        check(read(data))
        assert tracemalloc.get_traced_memory()[1] < 150 * MEBIBYTE
    finally:
        tracemalloc.stop()
