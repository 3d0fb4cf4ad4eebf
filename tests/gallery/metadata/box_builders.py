"""Files of boxes and of EBML elements, built byte by byte so that each can be wrong on purpose."""

import struct

SIZE = (64, 48)


def box(kind: bytes, *parts: bytes, size: int | None = None) -> bytes:
    data = b"".join(parts)
    return struct.pack(">L", len(data) + 8 if size is None else size) + kind + data


def full(kind: bytes, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">L", version << 24 | flags), *parts)


def ftyp(major: bytes, *others: bytes) -> bytes:
    return box(b"ftyp", major, b"\0\0\0\0", *others)


# HEIF items


def ispe(width: int = SIZE[0], height: int = SIZE[1]) -> bytes:
    return full(b"ispe", struct.pack(">LL", width, height))


def infe(item: int, kind: bytes, content_type: bytes = b"") -> bytes:
    named = b"\0" + (content_type + b"\0" if content_type else b"")
    return full(b"infe", struct.pack(">HH", item, 0), kind, named, version=2)


def iloc(*items: tuple[int, int, list[tuple[int, int]]]) -> bytes:
    """Of each item: its number, the construction method, its parts as offset and length."""
    data = struct.pack(">BBH", 0x44, 0, len(items))
    for item, method, extents in items:
        data += struct.pack(">HHHH", item, method, 0, len(extents))
        data += b"".join(struct.pack(">LL", *extent) for extent in extents)
    return full(b"iloc", data, version=1)


def iprp(*properties: bytes, shown: list[int] | None = None) -> bytes:
    listed = list(range(1, len(properties) + 1)) if shown is None else shown
    associations = struct.pack(">LHB", 1, 1, len(listed)) + bytes(listed)
    return box(b"iprp", box(b"ipco", *properties), full(b"ipma", associations))


def avif(
    texts: list[tuple[bytes, bytes, bytes]] | None = None,
    *,
    properties: bytes | None = None,
    method: int = 0,
    pieces: int = 1,
    is_late: bool = False,
    extra: bytes = b"",
) -> bytes:
    """A picture 1 and text items from 2 on: kind, content type, data, cut into `pieces`."""
    texts = texts or []
    start = ftyp(b"avif", b"mif1", b"miaf")
    media = b"".join(data for _, _, data in texts)
    infos = [infe(1, b"av01")]
    infos += [infe(number, kind, of) for number, (kind, of, _) in enumerate(texts, 2)]

    def meta(base: int) -> bytes:
        places = []
        for number, (_, _, data) in enumerate(texts, 2):
            edges = [len(data) * at // pieces for at in range(pieces + 1)]
            extents = [(base + edges[at], edges[at + 1] - edges[at]) for at in range(pieces)]
            places.append((number, method, extents))
            base += len(data)
        return full(
            b"meta",
            full(b"hdlr", b"\0\0\0\0pict", b"\0" * 13),
            full(b"pitm", b"\0\1"),
            iloc(*places),
            full(b"iinf", struct.pack(">H", len(infos)), *infos),
            properties if properties is not None else iprp(ispe()),
            box(b"idat", media) if method == 1 else b"",
        )

    if method == 1:
        return start + meta(0) + extra
    if is_late:
        return start + box(b"mdat", media) + meta(len(start) + 8) + extra
    base = len(start) + len(meta(0)) + 8
    return start + meta(base) + box(b"mdat", media) + extra


# Movies


def mvhd(duration: int = 1500, scale: int = 1000, version: int = 0) -> bytes:
    times = struct.pack(">QQLQ" if version else ">LLLL", 0, 0, scale, duration)
    return full(b"mvhd", times, b"\0" * 80, version=version)


UPRIGHT = (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
QUARTER_TURN = (0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)


def trak(
    width: int = SIZE[0],
    height: int = SIZE[1],
    *,
    handler: bytes = b"vide",
    matrix: tuple[int, ...] = UPRIGHT,
    duration: int = 1500,
) -> bytes:
    shown = struct.pack(">9l", *matrix) + struct.pack(">LL", width << 16, height << 16)
    times = struct.pack(">LLLL", 0, 0, 1000, duration)
    return box(
        b"trak",
        full(b"tkhd", b"\0" * 36, shown),
        box(
            b"mdia",
            full(b"mdhd", times, b"\0" * 4),
            full(b"hdlr", b"\0\0\0\0", handler, b"\0" * 13),
            box(b"minf", b"\xff" * 40),
        ),
    )


def data(text: str | bytes, kind: int = 1) -> bytes:
    value = text.encode() if isinstance(text, str) else text
    return box(b"data", struct.pack(">LL", kind, 0), value)


def ilst(**texts: str) -> bytes:
    """Items by four-letter names; a leading c stands for ©."""
    items = [box(b"\xa9" + key[1:].encode(), data(text)) for key, text in texts.items()]
    return box(b"ilst", *items)


def named(texts: dict[str, str]) -> bytes:
    """The inside of a `meta` box: keys, and items that are called by their number."""
    keys = [box(b"mdta", key.encode()) for key in texts]
    items = [
        box(struct.pack(">L", number), data(text)) for number, text in enumerate(texts.values(), 1)
    ]
    return (
        full(b"hdlr", b"\0\0\0\0mdta", b"\0" * 13)
        + full(b"keys", struct.pack(">L", len(keys)), *keys)
        + box(b"ilst", *items)
    )


def user_text(kind: bytes, text: bytes, language: int = 0x55C4) -> bytes:
    return box(b"\xa9" + kind, struct.pack(">HH", len(text) & 0xFFFF, language), text)


def mp4(*in_movie: bytes, major: bytes = b"isom", before: bytes = b"", after: bytes = b"") -> bytes:
    """A video whose movie box comes last, as FFmpeg leaves it."""
    media = before + box(b"mdat", b"\x12" * 100)
    return ftyp(major, b"mp41") + media + box(b"moov", mvhd(), trak(), *in_movie) + after


# EBML


def element(identifier: int, *parts: bytes, size: bytes | None = None) -> bytes:
    content = b"".join(parts)
    name = identifier.to_bytes((identifier.bit_length() + 7) // 8, "big")
    return name + (struct.pack(">Q", 1 << 56 | len(content)) if size is None else size) + content


UNKNOWN = b"\x01" + b"\xff" * 7


def number(value: int) -> bytes:
    return value.to_bytes(4, "big")


def tag(name: str, text: str, *inside: bytes) -> bytes:
    said = element(0x45A3, name.encode()) + element(0x4487, text.encode())
    return element(0x7373, element(0x63C0), element(0x67C8, said, *inside))


def tags(**texts: str) -> bytes:
    return element(0x1254C367, *[tag(name, text) for name, text in texts.items()])


INFO = element(
    0x1549A966,
    element(0x2AD7B1, number(1_000_000)),
    element(0x4489, struct.pack(">d", 1500.0)),
    element(0x4D80, b"Lavf"),
)
VIDEO = element(0xB0, number(SIZE[0])) + element(0xBA, number(SIZE[1]))
TRACKS = element(0x1654AE6B, element(0xAE, element(0x83, b"\1"), element(0xE0, VIDEO)))
CLUSTER_PARTS = element(0xE7, b"\0") + element(0xA3, b"\x81\0\0\x80frame") * 3


def cluster(size: bytes | None = None) -> bytes:
    return element(0x1F43B675, CLUSTER_PARTS, size=size)


def matroska(*parts: bytes, doc_type: bytes = b"webm", size: bytes | None = None) -> bytes:
    header = element(0x1A45DFA3, element(0x4282, doc_type, size=bytes([0x80 | len(doc_type)])))
    return header + element(0x18538067, *parts, size=size)


def seek_head(entries: dict[int, int]) -> bytes:
    """An index; each entry is 36 bytes long whatever it says."""
    return element(
        0x114D9B74,
        *[
            element(0x4DBB, element(0x53AB, number(kind)), element(0x53AC, number(position)))
            for kind, position in entries.items()
        ],
    )


# RIFF


def chunk(kind: bytes, *parts: bytes, size: int | None = None) -> bytes:
    content = b"".join(parts)
    pad = b"\0" if len(content) % 2 else b""
    return kind + struct.pack("<L", len(content) if size is None else size) + content + pad


def avi(*parts: bytes, frames: int = 30) -> bytes:
    """1.5 seconds at 20 frames a second, `parts` before the pictures."""
    main = struct.pack("<10L", 50_000, 0, 0, 0, frames, 0, 1, 0, *SIZE)
    stream = b"vidsMPNG" + struct.pack("<7L", 0, 0, 0, 1, 20, 0, frames)
    headers = chunk(
        b"LIST", b"hdrl", chunk(b"avih", main), chunk(b"LIST", b"strl", chunk(b"strh", stream))
    )
    movi = chunk(b"LIST", b"movi", chunk(b"00dc", b"frame"))
    return chunk(b"RIFF", b"AVI ", headers, *parts, movi)


def info(**texts: str | bytes) -> bytes:
    return chunk(
        b"LIST",
        b"INFO",
        *[
            chunk(key.encode(), (text.encode() if isinstance(text, str) else text) + b"\0")
            for key, text in texts.items()
        ],
    )
