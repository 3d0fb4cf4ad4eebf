"""What the deep scan read, into the database, a batch at a time and set-based: unique texts and
resources first, then the rows that point to them."""

import uuid
from collections.abc import Iterable
from itertools import chain
from typing import Any

import xxhash
from django.db import DataError, OperationalError, connection, transaction
from psycopg.errors import ProgramLimitExceeded

from gallery.metadata import READ_VERSION, GenerationParameters
from gallery.pipeline import failures
from gallery.scanning import cleaning
from gallery.scanning.columns import (
    ResourceKey,
    image_row,
    metadata_row,
    prompt_text,
    use_rows,
)
from gallery.scanning.reading import Reading

STAGE = "deep_scan"

_COLUMNS = """
    id bigint, size bigint, mtime_ns bigint, fingerprint uuid, format text,
    width int, height int, generator text,
    prompt_id bigint, negative_prompt_id bigint, checkpoint_id bigint, seed numeric, steps int,
    cfg_scale float8, sampler text, scheduler text, denoise float8, clip_skip int2
"""
_STAGE_IMAGES = f"CREATE TEMP TABLE IF NOT EXISTS read_stage ({_COLUMNS})"
_UPDATE_IMAGES = """
UPDATE gallery_image AS image
SET size = read.size, mtime_ns = read.mtime_ns, is_available = true, read_version = %s,
    modified_at = timestamptz 'epoch' + (read.mtime_ns / 1000) * interval '1 microsecond',
    fingerprint = read.fingerprint, format = read.format, width = read.width,
    height = read.height, generator = read.generator, prompt_id = read.prompt_id,
    negative_prompt_id = read.negative_prompt_id, checkpoint_id = read.checkpoint_id,
    seed = read.seed, steps = read.steps, cfg_scale = read.cfg_scale, sampler = read.sampler,
    scheduler = read.scheduler, denoise = read.denoise, clip_skip = read.clip_skip,
    thumbnail_version = CASE WHEN {same} THEN thumbnail_version END,
    phash = CASE WHEN {same} THEN phash END
FROM read_stage AS read WHERE image.id = read.id
""".format(same="image.fingerprint IS NOT DISTINCT FROM read.fingerprint")
_LOCK = """
SELECT id, folder_id, size, mtime_ns FROM gallery_image WHERE id = ANY(%s)
ORDER BY id FOR NO KEY UPDATE
"""
_MARK_GONE = "UPDATE gallery_image SET is_available = false WHERE id = ANY(%s)"
# Their digest tells of a state that is no more: without it, the next quick scan compares them.
_HAVE_LISTED_AGAIN = """
UPDATE gallery_folder SET listing_digest = NULL, image_count = (
    SELECT count(*) FROM gallery_image WHERE folder_id = gallery_folder.id AND is_available)
WHERE id = ANY(%s)
"""
_FORGET_METADATA = "DELETE FROM gallery_imagemetadata WHERE image_id = ANY(%s)"
_COPY_METADATA = """
COPY gallery_imagemetadata
    (image_id, packed_records, facts, rule, generator_version, problems, parse_problems, media)
FROM STDIN
"""
# In order of digest, so that two scans that meet the same texts cannot wait for each other.
_INSERT_PROMPTS = """
INSERT INTO gallery_prompt (digest, text)
SELECT digest, text FROM unnest(%s::uuid[], %s::text[]) AS found (digest, text) ORDER BY digest
ON CONFLICT (digest) DO NOTHING
"""
_FIND_PROMPTS = "SELECT digest, id FROM gallery_prompt WHERE digest = ANY(%s::uuid[])"
_INSERT_RESOURCES = """
INSERT INTO gallery_resource (kind, name)
SELECT kind, name FROM unnest(%s::text[], %s::text[]) AS found (kind, name) ORDER BY kind, name
ON CONFLICT (kind, name) DO NOTHING
"""
_FIND_RESOURCES = """
SELECT kind, name, id FROM gallery_resource
JOIN unnest(%s::text[], %s::text[]) AS found (kind, name) USING (kind, name)
"""
_FORGET_USES = "DELETE FROM gallery_imageresource WHERE image_id = ANY(%s)"
_COPY_USES = """
COPY gallery_imageresource
    (image_id, resource_id, position, weight, clip_weight, recorded_hash) FROM STDIN
"""


def save(readings: list[Reading]) -> int:
    """Returns how many failed; where PostgreSQL refuses a value, only the image that has it."""
    try:
        return _save(readings)
    except (DataError, OperationalError) as error:
        if isinstance(error, OperationalError) and not isinstance(
            error.__cause__, ProgramLimitExceeded
        ):
            raise
        if len(readings) == 1:
            readings[0].metadata = None
            readings[0].failure = f"What the file says of itself cannot be stored: {error}"
            return _save(readings)
    middle = len(readings) // 2
    return save(readings[:middle]) + save(readings[middle:])


def _save(readings: list[Reading]) -> int:
    """In one transaction, row locks in order of id, then of digest, then of name."""
    # COPY goes past Django, so its errors are put into Django's terms here.
    with connection.wrap_database_errors, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        folders, stale = _lock(cursor, readings)
        current = [reading for reading in readings if reading.target.id in folders]
        gone = [reading.target.id for reading in current if reading.is_gone]
        stale |= {folders[pk] for pk in gone}
        failed = {r.target.id: r.failure for r in current if r.failure}
        told = {r.target.id: r.metadata for r in current if r.metadata is not None}
        answered = [r for r in current if r.fingerprint is not None]
        made = {pk: read.parameters for pk, read in told.items() if read.parameters is not None}
        prompts = _prompt_ids(cursor, list(made.values()))
        resources = _resource_ids(cursor, list(made.values()))
        ids = [reading.target.id for reading in answered]
        cursor.execute(_STAGE_IMAGES)
        cursor.execute("TRUNCATE read_stage")
        images = (image_row(reading, prompts, resources) for reading in answered)
        _copy(cursor, "COPY read_stage FROM STDIN", images)
        cursor.execute(_UPDATE_IMAGES, [READ_VERSION])
        cursor.execute(_FORGET_METADATA, [ids])
        _copy(cursor, _COPY_METADATA, (metadata_row(pk, read) for pk, read in told.items()))
        cursor.execute(_FORGET_USES, [ids])
        for_uses = (use_rows(pk, parameters, resources) for pk, parameters in made.items())
        _copy(cursor, _COPY_USES, chain.from_iterable(for_uses))
        failures.record(STAGE, READ_VERSION, failed)
        failures.clear(STAGE, list(told))
        if stale:
            cursor.execute(_MARK_GONE, [gone])
            cursor.execute(_HAVE_LISTED_AGAIN, [sorted(stale)])
    return len(failed)


def _lock(cursor: Any, readings: list[Reading]) -> tuple[dict[int, int], set[int]]:
    """Folder by id of the images that are still as they were when they were chosen for reading.

    The others have been seen to be another file meanwhile, or deleted; what was read is not theirs.
    Also the folders in which a file is not as the quick scan saw it.
    """
    by_id = {reading.target.id: reading for reading in readings}
    cursor.execute(_LOCK, [list(by_id)])
    folders: dict[int, int] = {}
    stale: set[int] = set()
    for pk, folder, size, mtime_ns in cursor.fetchall():
        reading = by_id[pk]
        if (size, mtime_ns) != (reading.target.size, reading.target.mtime_ns):
            continue
        folders[pk] = folder
        if reading.fingerprint and (size, mtime_ns) != (reading.size, reading.mtime_ns):
            stale.add(folder)
    return folders, stale


def digest(text: str) -> uuid.UUID:
    """Identity of a prompt's text, as `Prompt.digest` has it."""
    return uuid.UUID(bytes=xxhash.xxh3_128_digest(text.encode()))


def _prompt_ids(cursor: Any, made: list[GenerationParameters]) -> dict[str, int | None]:
    """Ids by text as read; None for those that say nothing."""
    read = {text for each in made for text in (each.prompt, each.negative_prompt)}
    kept = {text: prompt_text(text) for text in read}
    by_digest = {digest(text): text for text in kept.values() if text}
    ids = _find_prompts(cursor, list(by_digest)) if by_digest else {}
    missing = by_digest.keys() - ids.keys()
    if missing:
        cursor.execute(_INSERT_PROMPTS, [list(missing), [by_digest[key] for key in missing]])
        ids |= _find_prompts(cursor, list(missing))
    by_text = {text: ids[key] for key, text in by_digest.items()}
    return {text: by_text.get(kept_text) for text, kept_text in kept.items()}


def _find_prompts(cursor: Any, digests: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    cursor.execute(_FIND_PROMPTS, [digests])
    return dict(cursor.fetchall())


def _resource_ids(cursor: Any, made: list[GenerationParameters]) -> dict[ResourceKey, int]:
    """Ids by kind and name as read."""
    read = {(use.kind, use.name) for each in made for use in each.resources}
    if not read:
        return {}
    kept = {key: (key[0], cleaning.name(key[1])) for key in read}
    wanted = list(set(kept.values()))
    columns = [[kind for kind, _ in wanted], [name for _, name in wanted]]
    found = _find_resources(cursor, columns)
    if len(found) < len(wanted):
        cursor.execute(_INSERT_RESOURCES, columns)
        found = _find_resources(cursor, columns)
    return {key: found[kept_key] for key, kept_key in kept.items()}


def _find_resources(cursor: Any, columns: list[list[str]]) -> dict[ResourceKey, int]:
    cursor.execute(_FIND_RESOURCES, columns)
    return {(kind, name): pk for kind, name, pk in cursor.fetchall()}


def _copy(cursor: Any, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
