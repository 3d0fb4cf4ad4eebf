"""Tags and captions that sidecars give; those of people and taggers are never touched."""

from collections.abc import Mapping
from typing import Any

from gallery.metadata import TagUse, Understanding
from gallery.scanning import cleaning
from gallery.scanning.saving.copying import copy

SOURCE = "sidecar"
_MOST = 2000
# What a person renamed or merged is known by its former name too.
_FIND = """
SELECT name, id, category FROM gallery_tag JOIN unnest(%(names)s::text[]) AS found (name)
    USING (name)
UNION ALL
SELECT alias.name, tag.id, tag.category FROM gallery_tagalias AS alias
JOIN unnest(%(names)s::text[]) AS found (name) ON found.name = alias.name
JOIN gallery_tag AS tag ON tag.id = alias.tag_id
"""
# A category is learned once; none is ever taken back. In order of name, as all locks here.
_INSERT = """
INSERT INTO gallery_tag AS known (name, category)
SELECT name, category FROM unnest(%s::text[], %s::text[]) AS found (name, category) ORDER BY name
ON CONFLICT (name) DO UPDATE SET category = EXCLUDED.category
WHERE known.category = '' AND EXCLUDED.category <> ''
"""
_COPY_TAGS = """
COPY gallery_imagetag (image_id, tag_id, source, position, confidence) FROM STDIN
"""
_COPY_CAPTIONS = "COPY gallery_caption (image_id, source, text) FROM STDIN"


def save(cursor: Any, understood: Mapping[int, Understanding]) -> None:
    uses = {pk: _uses(each.tags) for pk, each in understood.items() if each.tags}
    if uses:
        tags = _ids(cursor, uses)
        copy(
            cursor,
            _COPY_TAGS,
            (
                (image_id, tag, SOURCE, position, cleaning.finite(use.confidence))
                for image_id, named in uses.items()
                for position, (tag, use) in enumerate(_each_once(named, tags))
            ),
        )
    captions = {pk: cleaning.text(each.caption).strip() for pk, each in understood.items()}
    rows = [(image_id, SOURCE, text) for image_id, text in captions.items() if text]
    if rows:
        copy(cursor, _COPY_CAPTIONS, rows)


def _uses(tags: tuple[TagUse, ...]) -> dict[str, TagUse]:
    """By name as kept; what is said twice counts as it was said first."""
    uses: dict[str, TagUse] = {}
    for use in tags[:_MOST]:
        if name := cleaning.name(use.name).strip():
            uses.setdefault(name, use)
    return uses


def _each_once(named: Mapping[str, TagUse], tags: Mapping[str, int]) -> list[tuple[int, TagUse]]:
    """Two names of one tag are one use."""
    once: dict[int, TagUse] = {}
    for name, use in named.items():
        once.setdefault(tags[name], use)
    return list(once.items())


def _ids(cursor: Any, uses: Mapping[int, Mapping[str, TagUse]]) -> dict[str, int]:
    categories: dict[str, str] = {}
    for named in uses.values():
        for name, use in named.items():
            categories[name] = categories.get(name) or cleaning.name(use.category)
    known = _find(cursor, categories)
    new = {
        name: category
        for name, category in categories.items()
        if name not in known or (category and not known[name][1])
    }
    if new:
        cursor.execute(_INSERT, [list(new), list(new.values())])
        known |= _find(cursor, new)
    return {name: pk for name, (pk, _) in known.items()}


def _find(cursor: Any, names: Mapping[str, str]) -> dict[str, tuple[int, str]]:
    cursor.execute(_FIND, {"names": list(names)})
    return {name: (pk, category) for name, pk, category in cursor.fetchall()}
