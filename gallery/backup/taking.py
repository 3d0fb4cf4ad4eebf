"""A backup that came from outside, read whole before anything is done with it, and kept unpacked
until it is restored: a job can begin in its middle."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO
from uuid import uuid4

from dtoolkit.core.errors import NotFound
from gallery.backup import files, folders
from gallery.backup.records import LINE, Head, Header, ImageWords

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Taken:
    """`token` is the checksum: the same backup is the same, however often it is brought."""

    token: str
    header: Header
    path: Path

    @property
    def images(self) -> int:
        return self.header.counts.get("image", 0)

    def heads(self) -> Iterator[Head]:
        with self.path.open("rb") as file:
            for record in files.Reader(file):
                if isinstance(record, ImageWords):
                    return
                yield record


def take(raw: IO[bytes]) -> Taken:
    """Raises `Damaged` and `BadInput`; then nothing of it stays. Heads come before images, and the
    header counts right."""
    folders.forget_old()
    folder = folders.made() / "taken"
    folder.mkdir(parents=True, exist_ok=True)
    with files.unpacked(raw) as file:
        reader = files.Reader(file)
        incoming = folder / f"{uuid4().hex}.incoming"
        with files.replacing(incoming) as out:
            _copy(reader, out)
    path = folder / f"{reader.digest}.jsonl"
    incoming.replace(path)
    for stale in folder.glob(f"{reader.digest}.*.preview"):
        stale.unlink(missing_ok=True)
    return Taken(reader.digest, reader.header, path)


def taken(token: str) -> Taken:
    """Raises `NotFound`."""
    path = folders.taken(token)
    if not path.is_file():
        raise NotFound("That backup is no longer here. Choose its file once more.")
    with path.open("rb") as file:
        return Taken(token, files.Reader(file).header, path)


def places(path: Path) -> Iterator[tuple[int, int]]:
    """Where each batch of images begins, in bytes, and how many they are."""
    with path.open("rb") as file:
        at = 0
        count, start = 0, 0
        for line in file:
            if line.startswith(b'{"kind":"image"'):
                start = at if count == 0 else start
                count += 1
                if count == BATCH:
                    yield start, count
                    count = 0
            at += len(line)
        if count:
            yield start, count


def batch(path: Path, place: int) -> list[ImageWords]:
    """The images of the batch that begins there."""
    found = []
    with path.open("rb") as file:
        file.seek(place)
        for line in islice(file, BATCH):
            record = LINE.validate_json(line)
            if isinstance(record, ImageWords):
                found.append(record)
    return found


def _copy(reader: files.Reader, out: IO[bytes]) -> None:
    """In our own spelling, whoever wrote it, so that lines are found by how they begin."""
    counts: dict[str, int] = {}
    writer = files.Writer(out, reader.header)
    for record in reader:
        if not isinstance(record, ImageWords) and counts.get("image"):
            raise files.Damaged("A backup has all else before its images; this one does not.")
        counts[record.kind] = counts.get(record.kind, 0) + 1
        writer.put(record)
    if counts != {kind: n for kind, n in reader.header.counts.items() if n}:
        raise files.Damaged("This backup holds other counts than its header says.")
    writer.end()
