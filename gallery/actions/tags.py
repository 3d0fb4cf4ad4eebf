"""Tags that a person gives and takes. What is taken away stays away, whichever tagger says so."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput
from gallery.actions.base import Action, Params, Part, images
from gallery.models import Collection, Tag
from gallery.scanning import cleaning
from gallery.scanning.moves.words import PERSON
from gallery.scanning.saving.copying import int_array

_MOST_TAGS = 50
_MOST_CHARS = 200
# What a person said of a tag on an image: nothing, that it shows it, that it does not.
NOTHING, SHOWS, DENIED = "nothing", "shows", "denied"
_STATES = """
SELECT image.id,
    coalesce((SELECT CASE WHEN is_denied THEN 'denied' ELSE 'shows' END FROM gallery_imagetag
        WHERE image_id = image.id AND source = %(person)s AND tag_id = %(tag)s), 'nothing'),
    EXISTS (SELECT FROM gallery_imagetag
        WHERE image_id = image.id AND source <> %(person)s AND tag_id = %(tag)s)
FROM gallery_image AS image WHERE image.id = ANY(%(ids)s::bigint[])
ORDER BY image.id
"""
_SAY = """
INSERT INTO gallery_imagetag (image_id, tag_id, source, position, is_denied)
SELECT id, %(tag)s, %(person)s, 0, %(is_denied)s FROM unnest(%(ids)s::bigint[]) AS id
ON CONFLICT (image_id, source, tag_id) DO UPDATE SET is_denied = EXCLUDED.is_denied
"""
_UNSAY = """
DELETE FROM gallery_imagetag
WHERE image_id = ANY(%(ids)s::bigint[]) AND source = %(person)s AND tag_id = %(tag)s
"""


class _OfTags(Action):
    group = "tags"
    form_template = "acts/_tags.html"
    fields = ("tags",)

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        return {"tags": names(str(values.get("tags", "")))}

    def apply(self, cursor: Any, ids: Sequence[int], params: Params) -> list[Part]:
        return [
            part
            for name in params["tags"]
            for part in self._apply_one(cursor, ids, self._tag(cursor, name))
        ]

    def restore(self, cursor: Any, part: Part) -> list[int]:
        tag = part.before["tag"]
        cursor.execute("SELECT FROM gallery_tag WHERE id = %s FOR KEY SHARE", [tag])
        if not cursor.rowcount:
            return list(part.image_ids)
        now = states(cursor, part.image_ids, tag)
        same = [pk for pk in part.image_ids if pk in now and now[pk][0] == part.after["said"]]
        say(cursor, same, tag, part.before["said"])
        return sorted(set(part.image_ids).difference(same))

    def _apply_one(self, cursor: Any, ids: Sequence[int], tag: int | None) -> list[Part]:
        if tag is None:
            return []
        groups: dict[tuple[str, str], list[int]] = {}
        for pk, change in self.changes(cursor, ids, tag).items():
            groups.setdefault(change, []).append(pk)
        parts = []
        for (said, wanted), changed in groups.items():
            say(cursor, changed, tag, wanted)
            before, after = {"tag": tag, "said": said}, {"tag": tag, "said": wanted}
            parts.append(Part(changed, before, after))
        return parts

    def changes(self, cursor: Any, ids: Sequence[int], tag: int) -> dict[int, tuple[str, str]]:
        """What a person said and is to say, of images where that differs."""
        found = {}
        for pk, (said, is_said_elsewhere) in states(cursor, ids, tag).items():
            wanted = self._wanted(said, is_said_elsewhere)
            if wanted != said:
                found[pk] = said, wanted
        return found

    def _tag(self, cursor: Any, name: str) -> int | None:
        raise NotImplementedError

    def _wanted(self, said: str, is_said_elsewhere: bool) -> str:
        raise NotImplementedError


class AddTags(_OfTags):
    name = "add-tags"
    title = "Add tags"
    icon = "tag"
    keys = ("t",)
    is_frequent = True

    def sentence(self, count: int, params: Params) -> str:
        return f"{images(count)} tagged {shown(params['tags'])}"

    def doing(self, params: Params) -> str:
        return f"Tagging {shown(params['tags'])}"

    def _tag(self, cursor: Any, name: str) -> int | None:
        return known(name) or Tag.objects.get_or_create(name=name)[0].pk

    def _wanted(self, said: str, is_said_elsewhere: bool) -> str:
        return NOTHING if is_said_elsewhere and said != SHOWS else SHOWS


class RemoveTags(_OfTags):
    name = "remove-tags"
    title = "Remove tags"
    icon = "circle-minus"

    def sentence(self, count: int, params: Params) -> str:
        return f"{shown(params['tags'])} removed from {images(count)}"

    def doing(self, params: Params) -> str:
        return f"Removing {shown(params['tags'])}"

    def _tag(self, cursor: Any, name: str) -> int | None:
        return known(name)

    def _wanted(self, said: str, is_said_elsewhere: bool) -> str:
        return DENIED if is_said_elsewhere else NOTHING


def known(name: str) -> int | None:
    """The tag that is or was called so."""
    tag = Tag.objects.filter(Q(name=name) | Q(aliases__name=name)).values_list("pk", flat=True)
    return tag.first()


def names(text: str) -> list[str]:
    """The tags in a line, separated by commas, each once. Raises `BadInput`."""
    found = dict.fromkeys(cleaning.name(part).strip() for part in text.split(","))
    tags = [name for name in found if name]
    if not tags:
        raise BadInput("Name at least one tag.")
    if len(tags) > _MOST_TAGS or any(len(name) > _MOST_CHARS for name in tags):
        raise BadInput(f"At most {_MOST_TAGS} tags at once, of {_MOST_CHARS} characters each.")
    return tags


def shown(tags: Sequence[str]) -> str:
    return ", ".join(paths.display(name) for name in tags)


def states(cursor: Any, ids: Sequence[int], tag: int) -> dict[int, tuple[str, bool]]:
    cursor.execute(_STATES, {"ids": int_array(ids), "tag": tag, "person": PERSON})
    return {pk: (said, elsewhere) for pk, said, elsewhere in cursor.fetchall()}


def say(cursor: Any, ids: Sequence[int], tag: int, said: str) -> None:
    values = {"ids": int_array(ids), "tag": tag, "person": PERSON, "is_denied": said == DENIED}
    cursor.execute(_UNSAY if said == NOTHING else _SAY, values)
