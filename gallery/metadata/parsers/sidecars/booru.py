"""Posts of Danbooru, Gelbooru, e621 and their kin, as downloaders keep them: tags by category.

Nothing of a post is a prompt. Source: Danbooru's API; gallery-dl's metadata of each site.
"""

from collections.abc import Iterator
from typing import Any

from gallery.metadata.parsers.fields import Fields
from gallery.metadata.parsers.sidecars.told import Told, tags_of
from gallery.metadata.records import GenerationParameters, RawRecord

_CATEGORIES = {
    "artist": "artist",
    "copyright": "copyright",
    "character": "character",
    "species": "species",
    "general": "general",
    "meta": "meta",
    "metadata": "meta",
    "lore": "lore",
}
_RATINGS = {
    "g": "general",
    "s": "sensitive",
    "q": "questionable",
    "e": "explicit",
    "safe": "general",
}
# With tags, what only posts have.
_MARKS = frozenset(("rating", "md5", "file_url", "preview_url", "booru"))
_FACTS = {
    "id": "Post",
    "score": "Score",
    "source": "Source",
    "category": "Site",
    "uploader_name": "Uploader",
    "created_at": "Posted on",
    "md5": "MD5",
}


def read(record: RawRecord, value: dict[str, Any]) -> Told | None:
    if not _is_post(value):
        return None
    fields = Fields(value)
    facts = {}
    rating = fields.text("rating")
    if rating:
        facts["Rating"] = _RATINGS.get(rating.lower(), rating.lower())
    score = fields.object("score").left.get("total")  # e621 counts ups and downs apart
    if isinstance(score, int):
        facts["Score"] = str(score)
    for key, name in _FACTS.items():
        if text := fields.text(key):
            facts.setdefault(name, text[:2000])
    if sources := fields.texts("sources"):
        facts.setdefault("Source", ", ".join(sources[:10]))
    made = GenerationParameters(generator="", rule="booru", facts=facts, reason="A post's data.")
    return Told(parameters=made, tags=tags_of(_tags(value)))


def _is_post(value: dict[str, Any]) -> bool:
    if any(key.startswith(("tag_string_", "tags_")) for key in value):
        return True
    tags = value.get("tags", value.get("tag_string"))
    if isinstance(tags, dict) and _CATEGORIES.keys().isdisjoint(tags):
        return False
    return isinstance(tags, str | list | dict) and not _MARKS.isdisjoint(value)


def _tags(value: dict[str, Any]) -> Iterator[tuple[object, str, object]]:
    """Categories first: a list of all tags does not know them."""
    nested = value.get("tags")
    for key, category in _CATEGORIES.items():
        for of_key in (f"tag_string_{key}", f"tags_{key}"):
            yield from ((name, category, None) for name in _names(value.get(of_key)))
        if isinstance(nested, dict):
            yield from ((name, category, None) for name in _names(nested.get(key)))
    for of_key in ("tag_string", "tags"):
        yield from ((name, "", None) for name in _names(value.get(of_key)))


def _names(value: Any) -> list[Any]:
    """Names never hold spaces where they are parted by spaces."""
    if isinstance(value, str):
        return value.split(", ") if ", " in value else value.split()
    return value if isinstance(value, list) else []
