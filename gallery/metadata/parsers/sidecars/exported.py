"""Sidecars that this program wrote (`gallery.exports.sidecar_json`): all fields, as they were."""

from typing import Any

from gallery.metadata.parsers.fields import Fields
from gallery.metadata.parsers.sidecars.told import CAPTION_LENGTH, Told, tags_of
from gallery.metadata.parsers.values import clean
from gallery.metadata.records import (
    SOURCE_KINDS,
    GenerationParameters,
    RawRecord,
    ResourceUse,
    SourceReference,
)

MARK = "dtoolkit_sidecar"
_KINDS = frozenset(("checkpoint", "lora", "vae", "embedding", "controlnet", "upscaler"))
_ENTRY_LIMIT = 200


def read(record: RawRecord, value: dict[str, Any]) -> Told | None:
    if MARK not in value:
        return None
    fields = Fields(value)
    made = fields.object("parameters")
    return Told(
        parameters=_parameters(made) if made.left else None,
        tags=tags_of(
            (tag.text("name"), tag.text("category"), tag.number("confidence"))
            for tag in map(Fields, _entries(value.get("tags")))
        ),
        caption=clean(fields.text("caption"))[:CAPTION_LENGTH],
    )


def _parameters(made: Fields) -> GenerationParameters:
    facts = made.left.get("facts")
    return GenerationParameters(
        generator=made.text("generator"),
        rule="exported",
        reason="A sidecar of this program's own.",
        generator_version=made.text("generator_version"),
        prompt=made.text("prompt"),
        negative_prompt=made.text("negative_prompt"),
        seed=made.seed("seed"),
        steps=made.whole("steps"),
        cfg_scale=made.number("cfg_scale"),
        sampler=made.text("sampler"),
        scheduler=made.text("scheduler"),
        denoise=made.number("denoise"),
        clip_skip=made.whole("clip_skip", maximum=32767),
        width=made.side("width"),
        height=made.side("height"),
        resources=tuple(_resource(Fields(entry)) for entry in _entries(made.left.get("resources"))),
        sources=tuple(_source(Fields(entry)) for entry in _entries(made.left.get("sources"))),
        facts={clean(key): clean(text) for key, text in facts.items() if isinstance(text, str)}
        if isinstance(facts, dict)
        else {},
    )


def _entries(value: Any) -> list[dict[str, Any]]:
    listed = value[:_ENTRY_LIMIT] if isinstance(value, list) else []
    return [entry for entry in listed if isinstance(entry, dict) and _is_known(entry)]


def _is_known(entry: dict[str, Any]) -> bool:
    kind = entry.get("kind")
    return isinstance(entry.get("name"), str) and (
        kind is None or (isinstance(kind, str) and (kind in _KINDS or kind in SOURCE_KINDS))
    )


def _resource(entry: Fields) -> ResourceUse:
    return ResourceUse(
        entry.text("kind"),
        entry.text("name"),
        entry.number("weight"),
        entry.number("clip_weight"),
        entry.text("hash"),
    )


def _source(entry: Fields) -> SourceReference:
    return SourceReference(entry.text("kind"), entry.text("name"), entry.text("hash"))
