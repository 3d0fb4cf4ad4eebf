"""Backups as files: written whole or not at all, read only where nothing of them is missing.

JSON Lines in UTF-8, compressed where the name ends in `.gz`. The last line holds xxh3-128 over the
bytes of all lines before it, as they are uncompressed.
"""

import gzip
import os
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import orjson
import xxhash
from pydantic import ValidationError

import dtoolkit
from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput
from gallery.backup.records import (
    FORMAT,
    LINE,
    VERSION,
    End,
    Head,
    Header,
    ImageWords,
    Record,
)

MOST_LINE_BYTES = 64 << 20
_GZIP = b"\x1f\x8b"
_BUFFER = 1 << 20


class Damaged(BadInput):
    """It cannot be trusted, so nothing of it is taken."""

    code = "damaged_backup"


class Writer:
    """Lines into a file that is open for bytes."""

    def __init__(self, file: IO[bytes], header: Header) -> None:
        self._file = file
        self._sum = xxhash.xxh3_128()
        self.count = 0
        self._put(header)

    def put(self, record: Record) -> None:
        self._put(record)
        self.count += 1

    def end(self) -> None:
        """Without it the file counts as truncated."""
        end = End(records=self.count, xxh3_128=self._sum.hexdigest())
        self._file.write(dumped(end) + b"\n")

    def _put(self, record: Record) -> None:
        line = dumped(record) + b"\n"
        self._sum.update(line)
        self._file.write(line)


def dumped(record: Record) -> bytes:
    """What is at its default says nothing, but for the fields that tell lines apart."""
    fields = record.model_dump(mode="python", exclude_defaults=True)
    if isinstance(record, Header):
        fields = {"format": FORMAT, "version": record.version, **fields}
    kind = getattr(record, "kind", None)
    return orjson.dumps({"kind": kind, **fields} if kind else fields)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file beside, which takes the place of `path` when the block ends well; else it goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:80]}.", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb", buffering=_BUFFER) as raw:
            if path.suffix == ".gz":
                with gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=0) as packed:
                    yield packed  # type: ignore[misc]
            else:
                yield raw
            raw.flush()
            os.fsync(raw.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """As it is or compressed, told by its first bytes. Raises `BadInput`."""
    try:
        raw: IO[bytes] = path.open("rb")
    except OSError as error:
        shown = paths.display(paths.to_text(str(path)))
        raise BadInput(f"{shown} cannot be opened: {error.strerror}.") from error
    with raw, unpacked(raw) as file:
        yield file


@contextmanager
def unpacked(raw: Any) -> Iterator[IO[bytes]]:
    start = raw.read(2)
    raw.seek(0)
    if start == _GZIP:
        with gzip.GzipFile("", "rb", fileobj=raw) as file:
            yield file  # type: ignore[misc]
    else:
        yield raw


class Reader:
    """The records of a file, each checked; `header` is known at once, `sum` and that nothing is
    missing at the end. Raises `Damaged`, and `BadInput` of files that are none of ours."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sum = xxhash.xxh3_128()
        self._number = 0
        self.digest = ""
        self.header = self._read_header()

    def __iter__(self) -> Iterator[Head | ImageWords]:
        count = 0
        while line := self._line():
            found = self._parsed(line)
            if isinstance(found, End):
                self._check_end(found, count)
                return
            if isinstance(found, Header):
                raise Damaged(f"Line {self._number} is a second header.")
            self._sum.update(line)
            count += 1
            yield found
        raise Damaged(f"This backup is cut off after {count:,} records: its last line is missing.")

    def _read_header(self) -> Header:
        line = self._line()
        told = _object(line)
        if told is None or told.get("format") != FORMAT:
            raise BadInput("This is no backup of DiffusionToolkit: its first line does not say so.")
        version = told.get("version")
        if isinstance(version, int) and version > VERSION:
            raise BadInput(
                f"This backup has version {version} of the format, and this program"
                f" ({dtoolkit.__version__}) knows {VERSION}. Update the program first."
            )
        header = self._parsed(line)
        if not isinstance(header, Header):
            raise Damaged("The first line is no header.")
        self._sum.update(line)
        return header

    def _line(self) -> bytes:
        self._number += 1
        try:
            line = self._file.readline(MOST_LINE_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise Damaged(f"This backup cannot be unpacked beyond line {self._number}.") from error
        if len(line) > MOST_LINE_BYTES:
            raise Damaged(f"Line {self._number} is longer than any that a backup has.")
        if line and not line.endswith(b"\n"):
            raise Damaged(f"This backup is cut off in line {self._number}.")
        return line

    def _parsed(self, line: bytes) -> Header | Head | ImageWords | End:
        try:
            return LINE.validate_json(line)
        except (ValidationError, UnicodeError) as error:
            raise Damaged(f"Line {self._number} cannot be understood: {_said(error)}.") from error

    def _check_end(self, end: End, count: int) -> None:
        if end.records != count or end.xxh3_128 != self._sum.hexdigest():
            raise Damaged("This backup was changed or damaged: its checksum does not fit.")
        if self._line():
            raise Damaged("Something follows the end of this backup.")
        self.digest = end.xxh3_128


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _said(error: ValidationError | UnicodeError) -> str:
    if isinstance(error, UnicodeError):
        return "it is not UTF-8"
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part)[:40] for part in first["loc"][1:4])
    said = paths.display(str(first["msg"])[:200])
    return f"{where}: {said}" if where else said
