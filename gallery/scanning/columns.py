"""What was read of a file as the rows that are saved: made to fit, nothing else decided."""

from typing import Any

import orjson

from gallery.metadata import FileMetadata, GenerationParameters, RawRecord
from gallery.models import Resource
from gallery.models.metadata import pack_records
from gallery.scanning import cleaning
from gallery.scanning.reading import Reading

ResourceKey = tuple[str, str]
_MOST_USES = 2**15 - 1
_NOTHING_MADE = ("", None, None, None, None, None, None, "", "", None, None)


def prompt_text(text: str) -> str:
    """As `Prompt` keeps it."""
    return cleaning.text(text).strip()


def image_row(
    reading: Reading, prompts: dict[str, int | None], resources: dict[ResourceKey, int]
) -> tuple[Any, ...]:
    """For `read_stage`; `prompts` and `resources` by what was read.

    Without metadata the file is no picture, and all but its identity empty.
    """
    file = (reading.target.id, reading.size, reading.mtime_ns, reading.fingerprint)
    read = reading.metadata
    if read is None:
        return (*file, "", None, None, *_NOTHING_MADE)
    picture = (read.format, cleaning.count(read.width), cleaning.count(read.height))
    made = read.parameters
    if made is None:
        return (*file, *picture, *_NOTHING_MADE)
    return (
        *file,
        *picture,
        cleaning.name(made.generator),
        prompts[made.prompt],
        prompts[made.negative_prompt],
        _checkpoint(made, resources),
        cleaning.seed(made.seed),
        cleaning.count(made.steps),
        cleaning.finite(made.cfg_scale),
        cleaning.name(made.sampler),
        cleaning.name(made.scheduler),
        cleaning.finite(made.denoise),
        cleaning.small(made.clip_skip),
    )


def metadata_row(image_id: int, read: FileMetadata) -> tuple[Any, ...]:
    made = read.parameters
    return (
        image_id,
        _pack(read.records),
        cleaning.json(list(made.facts.items())) if made else "[]",
        cleaning.text(made.rule) if made else "",
        cleaning.text(made.generator_version) if made else "",
        cleaning.json(read.problems),
        cleaning.json(read.understanding.problems),
        "[]",
    )


def use_rows(
    image_id: int, made: GenerationParameters, resources: dict[ResourceKey, int]
) -> list[tuple[int, int, int, float | None, float | None, str]]:
    return [
        (
            image_id,
            resources[use.kind, use.name],
            position,
            cleaning.finite(use.weight),
            cleaning.finite(use.clip_weight),
            cleaning.name(use.hash),
        )
        for position, use in enumerate(made.resources[:_MOST_USES])
    ]


def _checkpoint(made: GenerationParameters, resources: dict[ResourceKey, int]) -> int | None:
    """The first one, as it made the picture; a refiner comes after."""
    for use in made.resources:
        if use.kind == Resource.Kind.CHECKPOINT:
            return resources[use.kind, use.name]
    return None


def _pack(records: tuple[RawRecord, ...]) -> bytes:
    """Whole, NULs included; only what UTF-8 cannot say is replaced."""
    plain = [
        {
            "container": record.container,
            "key": record.key,
            "text": record.text,
            "encoding": record.encoding,
            "position": record.position,
            "is_damaged": record.is_damaged,
        }
        for record in records
    ]
    try:
        return pack_records(plain)
    except orjson.JSONEncodeError:
        for record in plain:
            record["key"] = cleaning.encodable(str(record["key"]))
            record["text"] = cleaning.encodable(str(record["text"]))
        return pack_records(plain)
