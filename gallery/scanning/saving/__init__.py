"""What the deep scan read, into the database, a batch at a time and set-based: unique texts and
resources first, then the rows that point to them; a noun a module."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from gallery.metadata import PARSE_VERSION, READ_VERSION
from gallery.pipeline import failures
from gallery.scanning import arrivals, cleaning, vanishing, versions
from gallery.scanning.reading import Reading
from gallery.scanning.saving import (
    edits,
    imported,
    new_words,
    nsfw_words,
    records,
    understood,
)
from gallery.scanning.saving.copying import copy, int_array
from gallery.scanning.saving.refusals import save_all
from gallery.scanning.saving.understood import References

STAGE = "deep_scan"

_FILE_COLUMNS = {
    "size": "bigint",
    "mtime_ns": "bigint",
    "fingerprint": "uuid",
    "format": "text",
    "width": "int",
    "height": "int",
    "duration_ms": "int",
}
_COLUMNS = _FILE_COLUMNS | understood.COLUMNS
_STAGE_IMAGES = "CREATE TEMP TABLE IF NOT EXISTS read_stage (id bigint, {})".format(
    ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
)
_UPDATE_IMAGES = """
UPDATE gallery_image AS image
SET {columns}, is_available = true, read_version = %s, parse_version = %s,
    modified_at = timestamptz 'epoch' + (read.mtime_ns / 1000) * interval '1 microsecond',
    thumbnail_version = CASE WHEN {same} THEN thumbnail_version END,
    phash = CASE WHEN {same} THEN phash END
FROM read_stage AS read WHERE image.id = read.id AND image.id = ANY(%s::bigint[])
""".format(
    columns=", ".join(f"{name} = read.{name}" for name in _COLUMNS),
    same="(image.fingerprint = read.fingerprint OR image.id = ANY(%s::bigint[]))",
)
_LOCK = """
SELECT id, folder_id, name, size, mtime_ns, fingerprint, parse_version IS NOT NULL
FROM gallery_image WHERE id = ANY(%s::bigint[])
ORDER BY id FOR NO KEY UPDATE
"""


def save(readings: list[Reading], imported_ids: Sequence[int] = ()) -> int:
    """Returns how many failed; where PostgreSQL refuses a value, only the image that has it.

    `imported_ids` are the imported sidecars that took part, as `imported.find` has them.
    """
    return save_all(readings, lambda some: _save(some, imported_ids), _refused)


def _refused(reading: Reading, reason: str) -> Reading:
    reading.metadata = None
    reading.failure = reason
    return reading


def _save(readings: list[Reading], imported_ids: Sequence[int]) -> int:
    """In one transaction, row locks in order of id, then of digest, then of name."""
    # COPY goes past Django, so its errors are put into Django's terms here.
    with connection.wrap_database_errors, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        held = _lock(cursor, readings)
        current = [reading for reading in readings if reading.target.id in held.folders]
        gone = [reading.target.id for reading in current if reading.is_gone]
        stale = held.stale | {held.folders[pk] for pk in gone}
        failed = {r.target.id: r.failure for r in current if r.failure}
        told = {r.target.id: r.metadata for r in current if r.metadata is not None}
        answered = [r for r in current if r.fingerprint is not None]
        known = [r.target.id for r in answered if r.target.id in held.known]
        understandings = {pk: read.understanding for pk, read in told.items()}
        references = understood.save(cursor, understandings, known)
        records.forget(cursor, known)
        records.save(cursor, told)
        _save_images(cursor, answered, held, references)
        imported.note_later_ones(cursor, list(told), imported_ids)
        new_words.note(cursor, told, held.known)
        failures.record(STAGE, READ_VERSION, failed)
        failures.clear(STAGE, list(told))
        vanishing.mark(cursor, gone)
        vanishing.have_listed_again(cursor, stale)
    return len(failed)


@dataclass(slots=True)
class _Held:
    """Rows that are locked: the folder and the content of each by id, those with something stored
    of an earlier reading, and the folders in which a file is not as the quick scan saw it."""

    folders: dict[int, int] = field(default_factory=dict)
    contents: dict[int, UUID | None] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)
    stale: set[int] = field(default_factory=set)


def _lock(cursor: Any, readings: list[Reading]) -> _Held:
    """The images that are still as they were when they were chosen for reading.

    The others have been seen to be another file meanwhile, elsewhere, or deleted; what was read is
    not theirs.
    """
    by_id = {reading.target.id: reading for reading in readings}
    cursor.execute(_LOCK, [int_array(by_id)])
    held = _Held()
    for pk, *now, content, is_known in cursor.fetchall():
        reading = by_id[pk]
        chosen = reading.target
        if now != [chosen.folder_id, chosen.name, chosen.size, chosen.mtime_ns]:
            continue
        folder, _, size, mtime_ns = now
        held.folders[pk] = folder
        held.contents[pk] = content
        if is_known:
            held.known.add(pk)
        if reading.fingerprint and (size, mtime_ns) != (reading.size, reading.mtime_ns):
            held.stale.add(folder)
    return held


def _save_images(cursor: Any, answered: list[Reading], held: _Held, references: References) -> None:
    if not answered:
        return
    cursor.execute(_STAGE_IMAGES)
    cursor.execute("TRUNCATE read_stage")
    copy(cursor, "COPY read_stage FROM STDIN", (_row(each, references) for each in answered))
    read = {r.target.id: r.fingerprint for r in answered if r.fingerprint is not None}
    touched = versions.settle(cursor, held.contents, read)
    # All empty files are the same, which says nothing.
    left = touched | {r.target.id for r in answered if not r.size}
    new = {pk: now for pk, now in read.items() if held.contents[pk] != now and pk not in left}
    arrivals.notice(cursor, new)
    edits.keep(cursor, "read_stage")
    same = int_array(touched)
    cursor.execute(_UPDATE_IMAGES, [READ_VERSION, PARSE_VERSION, same, same, int_array(read)])
    nsfw_words.mark(cursor, read)


def _row(reading: Reading, references: References) -> tuple[Any, ...]:
    """For `read_stage`. Without metadata the file is no picture, and all but its identity empty."""
    file = (reading.target.id, reading.size, reading.mtime_ns, reading.fingerprint)
    read = reading.metadata
    if read is None:
        return (*file, "", None, None, None, *references.columns(None))
    return (
        *file,
        read.format,
        cleaning.count(read.width),
        cleaning.count(read.height),
        cleaning.count(read.duration_ms),
        *references.columns(read.understanding),
    )
