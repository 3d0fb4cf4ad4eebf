"""What a file said, whole, with what did not fit the narrow row."""

from dataclasses import replace
from typing import Any

import orjson

from gallery.metadata import FileMetadata, RawRecord, Understanding
from gallery.models.metadata import pack_records
from gallery.scanning import cleaning
from gallery.scanning.saving.copying import copy, int_array

_FORGET = "DELETE FROM gallery_imagemetadata WHERE image_id = ANY(%s::bigint[])"
_COPY = """
COPY gallery_imagemetadata
    (image_id, packed_records, problems, media, facts, rule, generator_version, parse_problems)
FROM STDIN
"""


def forget(cursor: Any, image_ids: list[int]) -> None:
    if image_ids:
        cursor.execute(_FORGET, [int_array(image_ids)])


def save(cursor: Any, read: dict[int, FileMetadata]) -> None:
    if read:
        copy(cursor, _COPY, (_row(image_id, each) for image_id, each in read.items()))


def understood_columns(understanding: Understanding) -> tuple[str, str, str, str]:
    """facts, rule, generator_version and parse_problems."""
    made = understanding.parameters
    problems = cleaning.json(understanding.problems)
    if made is None:
        return "[]", "", "", problems
    return (
        cleaning.json(list(made.facts.items())),
        cleaning.text(made.rule),
        cleaning.text(made.generator_version),
        problems,
    )


def _row(image_id: int, read: FileMetadata) -> tuple[Any, ...]:
    return (
        image_id,
        _pack(read.records),
        cleaning.json(read.problems),
        cleaning.json(read.media),
        *understood_columns(read.understanding),
    )


def _pack(records: tuple[RawRecord, ...]) -> bytes:
    """Whole, NULs included; only what UTF-8 cannot say is replaced."""
    try:
        return pack_records(records)
    except orjson.JSONEncodeError:
        encodable = cleaning.encodable
        return pack_records(
            [replace(each, key=encodable(each.key), text=encodable(each.text)) for each in records]
        )
