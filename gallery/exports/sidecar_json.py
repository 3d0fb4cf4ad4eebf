"""Parameters, tags and caption as one JSON object, to lie beside a picture as `X.json`.

`gallery.metadata.parsers.sidecars.exported` reads it back, field for field.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from typing import Any

from gallery.metadata import GenerationParameters, TagUse
from gallery.metadata.parsers.sidecars.exported import MARK

_VERSION = 1
# How the file was read is no property of the picture.
_OWN = ("rule", "reason")


def write(made: GenerationParameters | None, tags: Iterable[TagUse] = (), caption: str = "") -> str:
    content: dict[str, Any] = {MARK: _VERSION}
    if made is not None:
        content["parameters"] = _parameters(made)
    if listed := [_without_gaps(asdict(tag)) for tag in tags]:
        content["tags"] = listed
    if caption:
        content["caption"] = caption
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _parameters(made: GenerationParameters) -> dict[str, Any]:
    values = {field.name: getattr(made, field.name) for field in fields(made)}
    for name in ("resources", "sources"):
        values[name] = _listed(values[name])
    values["facts"] = dict(made.facts)
    for name in _OWN:
        del values[name]
    return _without_gaps(values)


def _listed(entries: Sequence[Any]) -> list[dict[str, Any]]:
    return [_without_gaps(asdict(entry)) for entry in entries]


def _without_gaps(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}
