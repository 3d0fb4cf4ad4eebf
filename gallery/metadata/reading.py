"""One file from its bytes to what it says: the way in for everybody."""

import os
from collections.abc import Sequence
from typing import BinaryIO

from gallery.metadata import containers, parsers, sniff, stealth
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
    contents = Contents()
    source = Source(file, size, head)
    container.read(source, contents)
    records = (*contents.records, *sidecars)
    understanding = Understanding()
    if records:
        understanding = parsers.understand(records, with_workflow=with_workflow)
    if not _has_prompt(understanding) and stealth.read(source, container.format, contents):
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


def _has_prompt(understanding: Understanding) -> bool:
    return understanding.parameters is not None and bool(understanding.parameters.prompt)
