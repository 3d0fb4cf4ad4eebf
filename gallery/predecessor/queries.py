"""Saved queries of DiffusionToolkit 1.x in our grammar, where it knows all their words."""

import json
import re
from collections.abc import Mapping
from typing import Any

from gallery.search import language
from gallery.search.keywords import registry

# What theirs knows and ours would take for words of a prompt.
_UNKNOWN = re.compile(
    r"\b(hypernet(?: strength)?|aesthetic[_ ]score|model[_ ]or[_ ]hash|ensd|faces|face_count)\s*:",
    re.IGNORECASE,
)
# How their page looked, not what it found.
_LOOKS = re.compile(r"hide|sort|view|page|search(nodes|allproperties|rawdata|properties)", re.I)


class Untranslated(Exception):
    """Says why."""


def translate(stored: str, albums: Mapping[int, str]) -> str:
    """Text for our bar. Raises `Untranslated`."""
    try:
        options = json.loads(stored)
    except ValueError:
        options = {"Query": stored}
    if not isinstance(options, dict):
        raise Untranslated("it is not stored as a query")
    text = str(options.pop("Query", "") or "").strip()
    chosen = options.pop("AlbumIds", None) or []
    terms = [text, *(_album(each, albums) for each in chosen)]
    if len(chosen) > 1:
        raise Untranslated("it looks into several albums")
    if more := sorted(name for name, value in options.items() if _asks(name, value)):
        raise Untranslated(f"it has more than words: {', '.join(more)[:200]}")
    if unknown := _UNKNOWN.search(text):
        raise Untranslated(f"'{unknown[1]}:' means nothing here")
    query = language.joined([term for term in terms if term], registry.vocabulary())
    if not query:
        raise Untranslated("it finds everything")
    try:
        language.parse(query, registry.vocabulary())
    except language.QueryError as error:
        raise Untranslated(error.message) from error
    return query


def _album(pk: Any, albums: Mapping[int, str]) -> str:
    if pk not in albums or '"' in albums[pk]:
        raise Untranslated("its album is not there")
    return f'album:="{albums[pk]}"'


def _asks(name: str, value: Any) -> bool:
    """Of a filter, only what is switched on by its `Use…` counts."""
    if isinstance(value, dict):
        used = [key for key in value if key.startswith("Use")]
        return (
            any(value[key] for key in used)
            if used
            else any(_asks(key, each) for key, each in value.items())
        )
    return bool(value) and not _LOOKS.match(name)
