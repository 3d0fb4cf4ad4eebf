"""What the deep scan read, into the database, a batch at a time and set-based: unique texts and
resources first, then the rows that point to them."""

import math
import uuid
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import orjson
import xxhash
from django.db import connection, transaction

from gallery.metadata import READ_VERSION, FileMetadata, GenerationParameters
from gallery.models import Image, Resource
from gallery.models.metadata import pack_records
from gallery.pipeline import failures
from gallery.scanning.reading import Reading

STAGE = "deep_scan"
_INT4, _INT2 = 2**31 - 1, 2**15 - 1

_COLUMNS = """
    id bigint, size bigint, mtime_ns bigint, fingerprint uuid, format text,
    width int, height int, generator text,
    prompt_id bigint, negative_prompt_id bigint, checkpoint_id bigint, seed numeric, steps int,
    cfg_scale float8, sampler text, scheduler text, denoise float8, clip_skip int2
"""
_STAGE_IMAGES = f"CREATE TEMP TABLE IF NOT EXISTS read_stage ({_COLUMNS}) ON COMMIT DELETE ROWS"
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
_STAGE_METADATA = """
CREATE TEMP TABLE IF NOT EXISTS metadata_stage (
    image_id bigint, packed_records bytea, facts jsonb, rule text, generator_version text,
    problems jsonb
) ON COMMIT DELETE ROWS
"""
_UPSERT_METADATA = """
INSERT INTO gallery_imagemetadata
    (image_id, packed_records, facts, rule, generator_version, problems)
SELECT image_id, packed_records, facts, rule, generator_version, problems FROM metadata_stage
ON CONFLICT (image_id) DO UPDATE SET
    packed_records = EXCLUDED.packed_records, facts = EXCLUDED.facts, rule = EXCLUDED.rule,
    generator_version = EXCLUDED.generator_version, problems = EXCLUDED.problems
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
_COPY_USES = """
COPY gallery_imageresource
    (image_id, resource_id, position, weight, clip_weight, recorded_hash) FROM STDIN
"""


def save(readings: list[Reading]) -> int:
    """One transaction for the batch; returns how many failed. Row locks are taken in id order."""
    read = [reading for reading in readings if reading.metadata is not None]
    failed = {reading.id: reading.failure for reading in readings if reading.failure}
    unreadable = [r for r in readings if r.failure and r.fingerprint is not None]
    gone = [reading.id for reading in readings if reading.is_gone]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        ids = [reading.id for reading in readings]
        cursor.execute(
            "SELECT id FROM gallery_image WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [ids]
        )
        present = {row[0] for row in cursor.fetchall()}
        read = [reading for reading in read if reading.id in present]
        prompts = _prompt_ids(cursor, read)
        resources = _resource_ids(cursor, read)
        _save_images(cursor, read, unreadable, prompts, resources)
        _save_metadata(cursor, read)
        _save_uses(cursor, [r.id for r in (*read, *unreadable)], read, resources)
        if gone:
            Image.objects.filter(pk__in=gone).update(is_available=False)
        failures.record(STAGE, READ_VERSION, failed)
        failures.clear(STAGE, [reading.id for reading in read])
    return len(failed)


def digest(text: str) -> uuid.UUID:
    """Identity of a prompt's text, as `Prompt.digest` has it."""
    return uuid.UUID(bytes=xxhash.xxh3_128_digest(text.encode()))


def _prompt_ids(cursor: Any, readings: list[Reading]) -> dict[str, int]:
    texts = {
        text
        for parameters in _parameters(readings)
        for text in (_prompt_text(parameters.prompt), _prompt_text(parameters.negative_prompt))
        if text
    }
    if not texts:
        return {}
    by_digest = {digest(text): text for text in texts}
    ids = _find_prompts(cursor, list(by_digest))
    missing = by_digest.keys() - ids.keys()
    if missing:
        cursor.execute(_INSERT_PROMPTS, [list(missing), [by_digest[key] for key in missing]])
        ids |= _find_prompts(cursor, list(missing))
    return {text: ids[key] for key, text in by_digest.items()}


def _find_prompts(cursor: Any, digests: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    cursor.execute(_FIND_PROMPTS, [digests])
    return dict(cursor.fetchall())


def _resource_ids(cursor: Any, readings: list[Reading]) -> dict[tuple[str, str], int]:
    wanted = {
        (use.kind, _clean(use.name))
        for parameters in _parameters(readings)
        for use in parameters.resources
    }
    if not wanted:
        return {}
    columns = [[kind for kind, _ in wanted], [name for _, name in wanted]]
    cursor.execute(_FIND_RESOURCES, columns)
    found = {(kind, name): pk for kind, name, pk in cursor.fetchall()}
    if len(found) < len(wanted):
        cursor.execute(_INSERT_RESOURCES, columns)
        cursor.execute(_FIND_RESOURCES, columns)
        found = {(kind, name): pk for kind, name, pk in cursor.fetchall()}
    return found


def _save_images(
    cursor: Any,
    readings: list[Reading],
    unreadable: list[Reading],
    prompts: dict[str, int],
    resources: dict[tuple[str, str], int],
) -> None:
    cursor.execute(_STAGE_IMAGES)
    with cursor.copy("COPY read_stage FROM STDIN") as copy:
        for reading in readings:
            copy.write_row(_image_row(reading, prompts, resources))
        for reading in unreadable:
            copy.write_row(
                (*_file_columns(reading), "", *[None] * 2, "", *[None] * 6, "", "", None, None)
            )
    cursor.execute(_UPDATE_IMAGES, [READ_VERSION])


def _file_columns(reading: Reading) -> tuple[Any, ...]:
    return reading.id, reading.size, reading.mtime_ns, reading.fingerprint


def _image_row(
    reading: Reading, prompts: dict[str, int], resources: dict[tuple[str, str], int]
) -> tuple[Any, ...]:
    read = reading.metadata
    assert read is not None  # noqa: S101 - the caller's filter
    file = (*_file_columns(reading), read.format, _fit(read.width), _fit(read.height))
    made = read.parameters
    if made is None:
        return (*file, "", *[None] * 6, "", "", None, None)
    checkpoint = next((use for use in made.resources if use.kind == Resource.Kind.CHECKPOINT), None)
    return (
        *file,
        _clean(made.generator),
        prompts.get(_prompt_text(made.prompt)),
        prompts.get(_prompt_text(made.negative_prompt)),
        resources[checkpoint.kind, _clean(checkpoint.name)] if checkpoint else None,
        made.seed if made.seed is not None and 0 <= made.seed < 2**64 else None,
        _fit(made.steps),
        _finite(made.cfg_scale),
        _clean(made.sampler),
        _clean(made.scheduler),
        _finite(made.denoise),
        made.clip_skip if made.clip_skip is not None and abs(made.clip_skip) <= _INT2 else None,
    )


def _save_metadata(cursor: Any, readings: list[Reading]) -> None:
    cursor.execute(_STAGE_METADATA)
    with cursor.copy("COPY metadata_stage FROM STDIN") as copy:
        for reading in readings:
            if reading.metadata is not None:
                copy.write_row((reading.id, *_metadata_row(reading.metadata)))
    cursor.execute(_UPSERT_METADATA)


def _metadata_row(read: FileMetadata) -> tuple[Any, ...]:
    made = read.parameters
    facts = {_clean(key): _clean(text) for key, text in made.facts.items()} if made else {}
    return (
        pack_records([_record(record) for record in read.records]),
        orjson.dumps(facts).decode(),
        _clean(made.rule) if made else "",
        _clean(made.generator_version) if made else "",
        orjson.dumps([_clean(problem) for problem in read.problems]).decode(),
    )


def _record(record: Any) -> dict[str, Any]:
    """Whole, NULs included; only what UTF-8 cannot say is replaced."""
    fields = asdict(record)
    fields["text"] = _encodable(fields["text"])
    fields["key"] = _encodable(fields["key"])
    return fields


def _save_uses(
    cursor: Any,
    image_ids: list[int],
    readings: list[Reading],
    resources: dict[tuple[str, str], int],
) -> None:
    cursor.execute("DELETE FROM gallery_imageresource WHERE image_id = ANY(%s)", [image_ids])
    with cursor.copy(_COPY_USES) as copy:
        for reading in readings:
            parameters = reading.metadata.parameters if reading.metadata else None
            for position, use in enumerate(parameters.resources[:_INT2] if parameters else ()):
                copy.write_row(
                    (
                        reading.id,
                        resources[use.kind, _clean(use.name)],
                        position,
                        _finite(use.weight),
                        _finite(use.clip_weight),
                        _clean(use.hash),
                    )
                )


def _parameters(readings: Iterable[Reading]) -> Iterable[GenerationParameters]:
    for reading in readings:
        if reading.metadata is not None and reading.metadata.parameters is not None:
            yield reading.metadata.parameters


def _prompt_text(text: str) -> str:
    return _clean(text).strip()


def _clean(text: str) -> str:
    """What a PostgreSQL text column takes: no NULs, nothing that UTF-8 cannot say."""
    return _encodable(text.replace("\0", ""))


def _encodable(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _fit(number: int | None) -> int | None:
    return number if number is not None and 0 <= number <= _INT4 else None


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None
