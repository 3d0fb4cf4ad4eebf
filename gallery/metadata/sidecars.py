"""Which files beside an image speak of it: the same stem exactly, and an ending known for that."""

from collections.abc import Collection, Iterable

from gallery.metadata.containers import texts
from gallery.metadata.records import RawRecord

# In order of trust: what says most, first.
SUFFIXES = (".swarm.json", ".json", ".metadata.js", ".txt", ".caption", ".tags", ".xmp")
# Above the largest honest one, a workflow with pictures in it.
LIMIT = 8 * 1024 * 1024
_CONTAINER = "sidecar:"
_SAMPLE = 1024


def split(name: str) -> tuple[str, str] | None:
    """Stem and suffix (as in `SUFFIXES`) of a file that may be a sidecar; None for all others.

    It belongs to the images whose name, with or without its ending, is the stem: `a.png.json` and
    `a.json` to `a.png`, never to `a1.png`.
    """
    lower = name.lower()
    for suffix in SUFFIXES:
        if lower.endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)], suffix
    return None


def belonging(
    image_name: str, file_names: Iterable[str], image_names: Collection[str] = ()
) -> list[str]:
    """Those of `file_names` that belong to an image, in order of trust.

    A name that holds the image's whole name (`a.png.json`) is no other image's, and is trusted
    before one that shares its stem only (`a.json`), which belongs to `a.jpg` as well. `image_names`
    are the images of the same folder.
    """
    stem = image_name.rpartition(".")[0]
    found = []
    for name in file_names:
        parts = split(name)
        if parts is None:
            continue
        owner, suffix = parts
        if owner == image_name or (owner == stem and stem and stem not in image_names):
            found.append((SUFFIXES.index(suffix), owner != image_name, name))
    return [name for _, _, name in sorted(found)]


def sharing(name: str, image_names: Iterable[str]) -> list[str]:
    """The images that a sidecar belongs to; where there are several, it may be of only one."""
    parts = split(name)
    if parts is None:
        return []
    owner = parts[0]
    images = list(image_names)
    return [owner] if owner in images else [i for i in images if i.rpartition(".")[0] == owner]


def record(name: str, data: bytes) -> RawRecord:
    """A sidecar's text as a record; what is beyond `LIMIT` is left out."""
    parts = split(name)
    suffix = parts[1] if parts else ".txt"
    text, encoding = _decode(data[:LIMIT])
    return RawRecord(f"{_CONTAINER}{suffix[1:]}", name, text, encoding, 0, len(data) > LIMIT)


def is_sidecar(record: RawRecord) -> bool:
    return record.container.startswith(_CONTAINER)


def _decode(data: bytes) -> tuple[str, str]:
    """By the byte order mark, else by the zeros of wide letters, else UTF-8, else Latin-1."""
    is_marked = data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"))
    if is_marked or data.count(b"\0", 0, _SAMPLE) * 4 > min(len(data), _SAMPLE):
        return texts.decode_wide(data, "<")
    return texts.decode(data)
