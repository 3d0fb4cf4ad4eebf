"""One file from its bytes to what it says: the way in for everybody."""

import os
from collections.abc import Sequence
from io import BytesIO
from typing import BinaryIO

from gallery.metadata import containers, parsers, sniff, stealth
from gallery.metadata.containers import carried
from gallery.metadata.containers.contents import Contents
from gallery.metadata.containers.source import Source
from gallery.metadata.records import FileMetadata, RawRecord, Understanding

# Raise it whenever the containers learn something: files read by an older version are read again.
READ_VERSION = 3
# Raise it whenever the parsers learn something: the raw records in the database are parsed again,
# without touching the files.
PARSE_VERSION = 2

# Most metadata lies in the first block, so one read is enough for most files.
HEAD_SIZE = 65536


def read(path: str | os.PathLike[str], *, with_workflow: bool = True) -> FileMetadata:
    """Everything that the file at `path` says. Raises only the file system's own OSError."""
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 (half the price of Path.open)
        size = os.fstat(file.fileno()).st_size
        head = file.read(HEAD_SIZE)
        return read_stream(file, size, head=head, name=path, with_workflow=with_workflow)


def read_stream(
    file: BinaryIO,
    size: int,
    *,
    head: bytes | None = None,
    name: str | os.PathLike[str] = "",
    sidecars: Sequence[RawRecord] = (),
    with_workflow: bool = True,
) -> FileMetadata:
    """As `read`, of an open binary file of `size` bytes; it is left at any position.

    `head` is its first `HEAD_SIZE` bytes where the caller has read them already, `name` only
    serves the wording of problems. `sidecars` are records of the files beside it, which are
    understood together with its own. `with_workflow` as in `parsers.understand`.
    """
    if head is None:
        file.seek(0)
        head = file.read(HEAD_SIZE)
    container = containers.for_head(head)
    if container is None:
        return FileMetadata("", None, None, problems=(sniff.explain(head, name),))
    source = Source(file, size, head)
    contents = _taken_apart(source, container)
    records = (*contents.records, *sidecars)
    understanding = Understanding()
    if records:
        understanding = parsers.understand(records, with_workflow=with_workflow)
    if not _has_prompt(understanding) and _hidden(source, container.format, contents):
        records = (*contents.records, *sidecars)
        understanding = parsers.understand(records, with_workflow=with_workflow)
    width, height = contents.displayed_size()
    problems = tuple(contents.problems)
    return FileMetadata(
        container.format,
        width,
        height,
        records,
        problems,
        understanding,
        contents.duration_ms,
        tuple(contents.media),
    )


def take_apart(data: bytes) -> tuple[str, Contents]:
    """Format and contents of a whole file, nothing of it understood yet."""
    container = containers.for_head(data[:HEAD_SIZE])
    if container is None:
        return "", Contents()
    source = Source(BytesIO(data), len(data), data[:HEAD_SIZE])
    return container.format, _taken_apart(source, container)


def hidden(data: bytes, contents: Contents) -> tuple[RawRecord, ...]:
    """What lies in the pixels of a whole file, or lay in those that it was made from."""
    container = containers.for_head(data[:HEAD_SIZE])
    known = len(contents.records)
    if container is not None:
        source = Source(BytesIO(data), len(data), data[:HEAD_SIZE])
        _hidden(source, container.format, contents)
    found = tuple(contents.records[known:])
    del contents.records[known:]
    return found


def _taken_apart(source: Source, container: containers.Container) -> Contents:
    contents = Contents()
    container.read(source, contents)
    carried.settle(contents)
    return contents


def _hidden(source: Source, picture_format: str, contents: Contents) -> bool:
    if contents.carried is not None and contents.carried.hidden:
        contents.records += contents.carried.hidden
        return True
    return stealth.read(source, picture_format, contents)


def _has_prompt(understanding: Understanding) -> bool:
    return understanding.parameters is not None and bool(understanding.parameters.prompt)
