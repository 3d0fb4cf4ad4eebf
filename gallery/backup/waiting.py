"""Words whose images are not in the library yet: kept as a backup of their own, and brought again
whenever a scan has read something new."""

import shutil
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from django.db import transaction

from dtoolkit.core.errors import NotFound
from gallery.backup import files, folders
from gallery.backup.options import Options, Prefer
from gallery.backup.records import LINE, Album, Header, ImageWords
from gallery.backup.taking import Taken
from gallery.models import Collection


def put(taken: Taken, place: int, words: Sequence[ImageWords]) -> None:
    """Of one batch; a batch that runs again says it again."""
    folder = _parts(taken)
    with files.replacing(folder / f"{place:016}.jsonl") as out:
        for each in words:
            out.write(files.dumped(each) + b"\n")


def settle(taken: Taken, collection: Collection, options: Options) -> int:
    """Makes one file of what all batches left, with the albums that it needs; how many words."""
    folder = _parts(taken)
    if not folder.is_dir():
        return 0
    count, albums = 0, set()
    for words in _left(folder):
        count += 1
        albums |= {entry.album for entry in words.albums} | set(words.covers)
    path = folders.waiting(collection) / f"{taken.token}.jsonl"
    path.unlink(missing_ok=True)
    if count:
        heads = [each for each in taken.heads() if isinstance(each, Album) and each.name in albums]
        update = {
            "counts": {"album": len(heads), "image": count},
            "prefer": str(options.prefer),
            "by_path": options.by_path,
        }
        with files.replacing(path) as out:
            writer = files.Writer(out, taken.header.model_copy(update=update))
            for record in chain(heads, _left(folder)):
                writer.put(record)
            writer.end()
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))
    return count


def listed(collection: Collection) -> list[Path]:
    return sorted(folders.waiting(collection).glob("*.jsonl"))


def headers(collection: Collection) -> list[tuple[str, Header]]:
    """By name; how many words wait is in the header's counts."""
    found = []
    for path in listed(collection):
        with path.open("rb") as file:
            found.append((path.name, files.Reader(file).header))
    return found


def forget(collection: Collection, name: str) -> None:
    """Raises `NotFound`."""
    path = listed_as(collection, name)
    if path not in listed(collection):
        raise NotFound("That is no longer waiting.")
    path.unlink(missing_ok=True)


def listed_as(collection: Collection, name: str) -> Path:
    return folders.waiting(collection) / name


def options_of(header: Header) -> Options:
    return Options(Prefer(header.prefer or Prefer.LIBRARY), header.by_path)


def _parts(taken: Taken) -> Path:
    return taken.path.with_suffix(".parts")


def _left(folder: Path) -> Iterator[ImageWords]:
    for part in sorted(folder.glob("*.jsonl")):
        with part.open("rb") as file:
            for line in file:
                record = LINE.validate_json(line)
                if isinstance(record, ImageWords):
                    yield record
