"""One file at the deep scan: opened once, its head shared by fingerprint and metadata readers."""

import io
import os
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput, NotFound
from gallery.media import fingerprint, formats, probing
from gallery.metadata import HEAD_SIZE, FileMetadata, RawRecord, read_stream
from gallery.scanning.beside import Beside
from gallery.scanning.opening import open_inside

# Younger files may still be being written; what cannot be read of them is left for the next scan.
_SETTLED_AFTER_S = 2.0


@dataclass(frozen=True, slots=True)
class Target:
    """A row to be read: where its file should be, as it was when last seen; texts as stored."""

    id: int
    root: str
    folder: str
    name: str
    size: int
    mtime_ns: int
    folder_id: int
    has_sidecars: bool = False

    @property
    def relative(self) -> str:
        return f"{self.folder}/{self.name}" if self.folder else self.name


@dataclass(slots=True)
class Reading:
    """What came of it. Without `metadata`: gone, left for later (`is_unsettled`), or `failure`.

    A `fingerprint` says that the bytes were read, whatever they were.
    """

    target: Target
    size: int = 0
    mtime_ns: int = 0
    fingerprint: uuid.UUID | None = None
    metadata: FileMetadata | None = None
    failure: str = ""
    is_gone: bool = False
    is_unsettled: bool = False


class Reader:
    """Reads the files of images, each with what lies beside it."""

    def __init__(self) -> None:
        self._beside = Beside()

    def read(self, target: Target, imported: Sequence[RawRecord] = ()) -> Reading:
        """Never raises for what one file is: that is in the answer.

        `imported` are sidecars that a person gave the image.
        """
        reading = Reading(target)
        records, problems = list(imported), list[str]()
        if target.has_sidecars:
            own, problems = self._beside.read(target.root, target.folder, target.name)
            records = [*own, *imported]
        try:
            descriptor, found = open_inside(target.root, target.relative)
            reading.size, reading.mtime_ns = found.st_size, found.st_mtime_ns
            with io.FileIO(descriptor) as file:
                _read_open(file, reading, records)
        except (FileNotFoundError, NotADirectoryError, NotFound):
            return Reading(target, is_gone=True)
        except BadInput as error:
            reading.failure = error.message
        except EOFError as error:
            reading.failure = str(error)
        except OSError as error:
            reading.failure = f"The file cannot be read: {error.strerror or error}."
        if problems and reading.metadata:
            whole = (*reading.metadata.problems, *problems)
            reading.metadata = replace(reading.metadata, problems=whole)
        is_bad = bool(reading.failure) or bool(reading.metadata and reading.metadata.all_problems)
        if is_bad and abs(time.time() - reading.mtime_ns / 1e9) < _SETTLED_AFTER_S:
            return Reading(target, is_unsettled=True)
        return reading


class Doors:
    """Whether folders still lie inside their root; asked of the disk once each.

    The quick scan enters no link, but a folder may have become one since.
    """

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], bool] = {}

    def lead_outside(self, target: Target) -> bool:
        key = target.root, target.folder
        if key not in self._answers:
            root = os.path.realpath(paths.from_text(target.root))
            real = os.path.realpath(os.path.join(root, paths.from_text(target.folder)))  # noqa: PTH118
            self._answers[key] = real != root and not real.startswith(root.rstrip(os.sep) + os.sep)
        return self._answers[key]


def _read_open(file: io.FileIO, reading: Reading, sidecars: Sequence[RawRecord]) -> None:
    head = file.read(HEAD_SIZE)
    identity = fingerprint.of(file, reading.size, head)
    read = read_stream(file, reading.size, head=head, name=reading.target.name, sidecars=sidecars)
    reading.fingerprint = identity
    if formats.is_video(read.format):
        read = _with_media(read, probing.probe(file, read.format))
    if read.format:
        reading.metadata = read
    else:
        reading.failure = " ".join(read.problems) or "This is no picture that can be read."


def _with_media(read: FileMetadata, facts: probing.MediaFacts) -> FileMetadata:
    """What the decoder says of a video is surer than its headers."""
    probed = dict(facts.pairs)
    return replace(
        read,
        width=facts.width or read.width,
        height=facts.height or read.height,
        problems=(*read.problems, *(p for p in facts.problems if p not in read.problems)),
        duration_ms=read.duration_ms if facts.duration_ms is None else facts.duration_ms,
        media=(*(pair for pair in read.media if pair[0] not in probed), *facts.pairs),
    )
