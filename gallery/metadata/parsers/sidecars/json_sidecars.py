"""Sidecars of JSON: who wrote it is told by its keys."""

import re
from collections.abc import Callable
from typing import Any

from gallery.metadata.parsers import tolerant_json
from gallery.metadata.parsers.sidecars import booru, civitai, exported
from gallery.metadata.parsers.sidecars.told import CAPTION_LENGTH, Told, tags_of
from gallery.metadata.parsers.tolerant_json import UnreadableJson
from gallery.metadata.parsers.values import clean
from gallery.metadata.records import RawRecord, TagUse

# Old grids of SwarmUI: `all_metadata["1717"] = {…};`.
_ASSIGNMENT = re.compile(r"\A[^={}\[]{0,200}(?:\[[^\]]{0,500}\])?\s{0,20}=\s{0,20}(?={)")
_READERS: tuple[Callable[[RawRecord, dict[str, Any]], Told | None], ...] = (
    exported.read,
    booru.read,
    civitai.read,
)
_CAPTION_KEYS = ("caption", "description", "text")


def read(record: RawRecord) -> Told:
    text = record.text.strip("\ufeff\0 \r\n\t")
    if assignment := _ASSIGNMENT.match(text):
        text = text[assignment.end() :].rstrip("; \r\n\t")
    try:
        value = tolerant_json.loads(text)
    except UnreadableJson as error:
        return Told(problems=(f"It cannot be read: {error}.",))
    if isinstance(value, list):
        return Told(tags=_listed(value))
    if not isinstance(value, dict):
        return Told()
    for reader in _READERS:
        told = reader(record, value)
        if told is not None:
            return told
    if graph := _graph(record, value, text):
        return Told(records=(graph,))
    return Told(records=(_plain(record, text),), tags=_tags(value), caption=_caption(value))


def _plain(record: RawRecord, text: str) -> RawRecord:
    """As a record of one JSON object, whatever was around it."""
    return RawRecord(record.container, record.key, text, record.encoding)


def _graph(record: RawRecord, value: dict[str, Any], text: str) -> RawRecord | None:
    """What ComfyUI's own menu and its savers write beside a picture."""
    if isinstance(value.get("nodes"), list):
        return RawRecord(record.container, "workflow", text, record.encoding)
    nodes = list(value.values())[:20]
    if any(isinstance(node, dict) and "class_type" in node for node in nodes):
        return RawRecord(record.container, "prompt", text, record.encoding)
    if isinstance(value.get("prompt"), dict) or isinstance(value.get("workflow"), dict):
        return RawRecord(record.container, "UserComment", text, record.encoding)
    return None


def _listed(values: list[Any]) -> tuple[TagUse, ...]:
    return tags_of(
        (value.get("name") or value.get("tag"), "", value.get("confidence", value.get("score")))
        if isinstance(value, dict)
        else (value, "", None)
        for value in values
    )


def _tags(value: dict[str, Any]) -> tuple[TagUse, ...]:
    """`{"tags": …}`, or taggers' `{"long hair": 0.98, …}`."""
    tags = value.get("tags")
    if isinstance(tags, list):
        return _listed(tags)
    if isinstance(tags, dict):
        value = tags
    elif isinstance(tags, str):
        return tags_of((tag, "", None) for tag in tags.split(","))
    if value and all(isinstance(share, float) and 0 <= share <= 1 for share in value.values()):
        return tags_of((name, "", share) for name, share in value.items())
    return ()


def _caption(value: dict[str, Any]) -> str:
    for key in _CAPTION_KEYS:
        if isinstance(value.get(key), str):
            return clean(value[key])[:CAPTION_LENGTH]
    return ""
