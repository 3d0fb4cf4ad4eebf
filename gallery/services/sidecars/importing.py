"""A folder of sidecars into the library: what they say is kept with their images from then on."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection, transaction

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput
from dtoolkit.jobs.kinds import Progress
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from gallery.metadata import sidecars
from gallery.models import Collection
from gallery.scanning import cleaning
from gallery.scanning.saving.copying import int_array
from gallery.services import reparse
from gallery.services.sidecars.matching import Given, match

_BATCH = 1000
_BATCH_CHARS = 8_000_000
_EXAMPLES = 10
_LOCK = "SELECT id FROM gallery_image WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE"
# A text that changed gets another id, so that a reading under way can tell.
_FORGET_OTHERS = """
DELETE FROM gallery_importedsidecar AS old
USING unnest(%s::bigint[], %s::text[], %s::text[]) AS new (image_id, name, text)
WHERE old.image_id = new.image_id AND old.name = new.name AND old.text <> new.text
"""
_INSERT = """
INSERT INTO gallery_importedsidecar (image_id, name, text, encoding)
SELECT image_id, name, text, encoding
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[])
    AS new (image_id, name, text, encoding)
WHERE image_id = ANY(%s::bigint[])
ON CONFLICT (image_id, name) DO NOTHING
RETURNING image_id
"""
_HAVE_PARSED_AGAIN = """
UPDATE gallery_image SET parse_version = 0
WHERE id = ANY(%s::bigint[]) AND parse_version IS NOT NULL
"""
_ROOTS = """
UPDATE gallery_libraryroot SET parsed_with = 0 WHERE id IN (
    SELECT DISTINCT folder.root_id FROM gallery_image AS image
    JOIN gallery_folder AS folder ON folder.id = image.folder_id
    WHERE image.id = ANY(%s::bigint[]))
"""


@dataclass(slots=True)
class Imported:
    """What became of the sidecars."""

    files: int = 0
    new: int = 0
    known: int = 0
    ambiguous: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        text = f"{self.new:,} given to their images"
        if self.known:
            text += f", {self.known:,} known already"
        for listed, what in (
            (self.ambiguous, "could be of several images"),
            (self.strangers, "of no image"),
            (self.unreadable, "not readable"),
        ):
            if listed:
                shown = ", ".join(paths.display(each) for each in listed[:_EXAMPLES])
                more = ", …" if len(listed) > _EXAMPLES else ""
                text += f"; {len(listed):,} {what}: {shown}{more}"
        return text


def start(collection: Collection, folder: str | Path) -> Job:
    """Raises `BadInput` where there is no such folder."""
    path = Path(folder).expanduser().absolute()
    if not path.is_dir():
        raise BadInput(f"{paths.display(paths.to_text(str(path)))} is no folder.")
    params = {"collection_id": collection.pk, "folder": paths.to_text(str(path))}
    return enqueue("import_sidecars", params)


def run(collection: Collection, folder: str, progress: Progress) -> Imported:
    """`folder` as stored. Can be run again: nothing is doubled. Raises `JobCancelled`.

    Then `have_parsed_again`.
    """
    result = Imported()
    for batch in _batches(paths.from_text(folder)):
        _take(collection, folder, batch, result)
        result.files += len(batch)
        progress.report(result.files, found=result.files, message=str(result))
        progress.check()
    progress.report(result.files, found=result.files, message=str(result))
    return result


def have_parsed_again(collection: Collection) -> None:
    """Starts a job for each root that has images with news."""
    for root in collection.roots.all():
        reparse.start_if_due(root)


def _batches(folder: str) -> Iterator[list[Given]]:
    """Links are not followed; hidden files and folders are passed over."""
    batch: list[Given] = []
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name[0] != ".")
        relative = os.path.relpath(here, folder)
        below = "" if relative == "." else paths.to_text(relative.replace(os.sep, "/"))
        for name in sorted(names):
            if name[0] != "." and sidecars.split(name):
                batch.append(Given(below, paths.to_text(name)))
                if len(batch) == _BATCH:
                    yield batch
                    batch = []
    if batch:
        yield batch


def _take(collection: Collection, folder: str, given: Sequence[Given], result: Imported) -> None:
    matches = match(collection, given)
    result.ambiguous += [each.path for each in matches.ambiguous]
    result.strangers += [each.path for each in matches.strangers]
    rows: list[tuple[int, str, str, str]] = []
    chars = 0
    for image_id, belonging in matches.images.items():
        for each in belonging:
            try:
                data = _content(folder, each)
            except OSError as error:
                result.unreadable.append(f"{each.path} ({error.strerror or error})")
                continue
            record = sidecars.record(each.name, data)
            rows.append((image_id, record.key, cleaning.text(record.text), record.encoding))
            chars += len(record.text)
        if chars >= _BATCH_CHARS:
            _save(rows, result)
            rows, chars = [], 0
    _save(rows, result)


def _content(folder: str, given: Given) -> bytes:
    path = Path(paths.from_text(folder)) / paths.from_text(given.path)
    if path.is_symlink() or not path.is_file():
        raise OSError("it is no plain file")
    with path.open("rb") as file:
        return file.read(sidecars.LIMIT + 1)


def _save(rows: list[tuple[int, str, str, str]], result: Imported) -> None:
    if not rows:
        return
    image_ids, names, texts, encodings = (list(column) for column in zip(*rows, strict=True))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK, [int_array(set(image_ids))])
        held = int_array(row[0] for row in cursor.fetchall())
        cursor.execute(_FORGET_OTHERS, [int_array(image_ids), names, texts])
        cursor.execute(_INSERT, [int_array(image_ids), names, texts, encodings, held])
        changed = [row[0] for row in cursor.fetchall()]
        result.new += len(changed)
        result.known += len(rows) - len(changed)
        if changed:
            cursor.execute(_HAVE_PARSED_AGAIN, [int_array(changed)])
            cursor.execute(_ROOTS, [int_array(changed)])
