"""What the parsers made of stored records, into the rows of images whose files nobody touched."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection, transaction

from gallery.metadata import PARSE_VERSION, Understanding
from gallery.scanning.saving import edits, imported, nsfw_words, records, understood
from gallery.scanning.saving.copying import copy, int_array
from gallery.scanning.saving.refusals import save_all

_RECORD_COLUMNS = ("facts", "rule", "generator_version", "parse_problems")
_STAGE = "CREATE TEMP TABLE IF NOT EXISTS parsed_stage (id bigint, {}, {})".format(
    ", ".join(f"{name} {kind}" for name, kind in understood.COLUMNS.items()),
    ", ".join(f"{name} text" for name in _RECORD_COLUMNS),
)
_UPDATE_IMAGES = """
UPDATE gallery_image AS image SET {}, parse_version = %s
FROM parsed_stage AS parsed WHERE image.id = parsed.id
""".format(", ".join(f"{name} = parsed.{name}" for name in understood.COLUMNS))
_UPDATE_RECORDS = """
UPDATE gallery_imagemetadata AS metadata
SET facts = parsed.facts::jsonb, rule = parsed.rule,
    generator_version = parsed.generator_version, parse_problems = parsed.parse_problems::jsonb
FROM parsed_stage AS parsed WHERE metadata.image_id = parsed.id
"""
_LOCK = "SELECT FROM gallery_image WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE"
_STAMPS = (
    "SELECT image_id, xmin::text FROM gallery_imagemetadata WHERE image_id = ANY(%s::bigint[])"
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """`stamp` is the row of records as it was when it was parsed: its xmin."""

    image_id: int
    stamp: str
    understanding: Understanding


def save(parsed: Sequence[Parsed], seen: Sequence[int]) -> None:
    """Those whose records were replaced meanwhile are left as they are.

    `seen` are the imported sidecars that took part, as `imported.find` has them.
    """
    save_all(list(parsed), lambda some: _save(some, seen), _refused)


def _save(parsed: list[Parsed], seen: Sequence[int]) -> int:
    with connection.wrap_database_errors, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        ids = int_array(each.image_id for each in parsed)
        cursor.execute(_LOCK, [ids])
        cursor.execute(_STAMPS, [ids])
        stamps: dict[int, str] = dict(cursor.fetchall())
        current = {
            each.image_id: each.understanding
            for each in parsed
            if stamps.get(each.image_id) == each.stamp
        }
        references = understood.save(cursor, current, list(current))
        cursor.execute(_STAGE)
        cursor.execute("TRUNCATE parsed_stage")
        copy(
            cursor,
            "COPY parsed_stage FROM STDIN",
            (_row(image_id, each, references) for image_id, each in current.items()),
        )
        edits.keep(cursor, "parsed_stage")
        cursor.execute(_UPDATE_IMAGES, [PARSE_VERSION])
        cursor.execute(_UPDATE_RECORDS)
        nsfw_words.mark(cursor, current)
        imported.note_later_ones(cursor, list(current), seen)
    return 0


def _row(image_id: int, each: Understanding, references: understood.References) -> tuple[Any, ...]:
    return (image_id, *references.columns(each), *records.understood_columns(each))


def _refused(parsed: Parsed, reason: str) -> Parsed:
    return replace(parsed, understanding=Understanding(problems=(reason,)))
