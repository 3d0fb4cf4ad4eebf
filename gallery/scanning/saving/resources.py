"""Checkpoints, LoRAs and the like, each once, and which image used them how."""

from collections.abc import Iterable, Mapping
from typing import Any

from gallery.metadata import GenerationParameters
from gallery.models import Resource
from gallery.scanning import cleaning
from gallery.scanning.saving.copying import copy

Key = tuple[str, str]

_MOST_USES = 2**15 - 1
_INSERT = """
INSERT INTO gallery_resource (kind, name)
SELECT kind, name FROM unnest(%s::text[], %s::text[]) AS found (kind, name) ORDER BY kind, name
ON CONFLICT (kind, name) DO NOTHING
"""
_FIND = """
SELECT kind, name, id FROM gallery_resource
JOIN unnest(%s::text[], %s::text[]) AS found (kind, name) USING (kind, name)
"""
_COPY_USES = """
COPY gallery_imageresource
    (image_id, resource_id, position, weight, clip_weight, recorded_hash) FROM STDIN
"""


def ids(cursor: Any, made: Iterable[GenerationParameters]) -> dict[Key, int]:
    """Ids by kind and name as read."""
    read = {(use.kind, use.name) for each in made for use in each.resources}
    if not read:
        return {}
    kept = {key: (key[0], cleaning.name(key[1])) for key in read}
    wanted = list(set(kept.values()))
    columns = [[kind for kind, _ in wanted], [name for _, name in wanted]]
    found = _find(cursor, columns)
    if len(found) < len(wanted):
        cursor.execute(_INSERT, columns)
        found = _find(cursor, columns)
    return {key: found[kept_key] for key, kept_key in kept.items()}


def save_uses(
    cursor: Any, made: dict[int, GenerationParameters], resources: Mapping[Key, int]
) -> None:
    rows = [
        (
            image_id,
            resources[use.kind, use.name],
            position,
            cleaning.finite(use.weight),
            cleaning.finite(use.clip_weight),
            cleaning.name(use.hash),
        )
        for image_id, each in made.items()
        for position, use in enumerate(each.resources[:_MOST_USES])
    ]
    if rows:
        copy(cursor, _COPY_USES, rows)


def checkpoint(made: GenerationParameters, resources: Mapping[Key, int]) -> int | None:
    """The first one, as it made the picture; a refiner comes after."""
    for use in made.resources:
        if use.kind == Resource.Kind.CHECKPOINT:
            return resources[use.kind, use.name]
    return None


def _find(cursor: Any, columns: list[list[str]]) -> dict[Key, int]:
    cursor.execute(_FIND, columns)
    return {(kind, name): pk for kind, name, pk in cursor.fetchall()}
