"""Acts on tags themselves: renamed, merged, taken from all images, deleted where no image has them.

A former name stays known as an alias, so that no sidecar and no tagger brings the old tag back.
"""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput, Conflict, NotFound
from gallery.actions.base import Action, Params, Part, images
from gallery.actions.tags import RemoveTags, names
from gallery.models import Collection, Image, ImageTag, Tag, TagAlias
from gallery.querysets import ImageQuerySet
from gallery.scanning.saving.copying import int_array

_PART = 5000

# What a source said of both keeps what it said of the one that stays.
_DROP = """
DELETE FROM gallery_imagetag AS old
WHERE old.tag_id = %(tag)s AND old.image_id = ANY(%(ids)s::bigint[]) AND EXISTS (
    SELECT FROM gallery_imagetag AS kept
    WHERE kept.image_id = old.image_id AND kept.source = old.source AND kept.tag_id = %(into)s)
RETURNING old.source, old.image_id, old.position, old.confidence, old.is_denied
"""
_MOVE = """
UPDATE gallery_imagetag SET tag_id = %(into)s
WHERE tag_id = %(tag)s AND image_id = ANY(%(ids)s::bigint[])
    AND (%(source)s::text IS NULL OR source = %(source)s)
RETURNING source, image_id
"""
_PUT_BACK = """
INSERT INTO gallery_imagetag (image_id, source, tag_id, position, confidence, is_denied)
SELECT image.id, %(source)s, %(tag)s, given.position, given.confidence, given.is_denied
FROM unnest(%(ids)s::bigint[], %(positions)s::int[], %(confidences)s::float8[], %(denied)s::bool[])
    AS given (id, position, confidence, is_denied)
JOIN gallery_image AS image ON image.id = given.id
ON CONFLICT (image_id, source, tag_id) DO NOTHING
RETURNING image_id
"""


class RenameTag(Action):
    name = "rename-tag"
    title = "Rename tag"
    icon = "pencil"
    group = "tags"
    is_of_images = False
    fields = ("tag", "name")

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        tag, value = tag_of(values.get("tag")), one_name(values.get("name"))
        if Tag.objects.filter(name=value).exclude(pk=tag.pk).exists():
            raise Conflict(f"A tag is called {paths.display(value)} already: merge them instead.")
        return {"tag": tag.pk, "name": tag.name, "value": value}

    def sentence(self, count: int, params: Params) -> str:
        return f"Tag {_shown(params, 'name')} renamed {_shown(params, 'value')}"

    def conclude(self, cursor: Any, params: Params) -> list[Part]:
        if params["name"] == params["value"]:
            return []
        self._rename(params["tag"], params["name"], params["value"])
        state = {"tag": params["tag"]}
        return [Part([], {**state, "name": params["name"]}, {**state, "name": params["value"]})]

    def restore(self, cursor: Any, part: Part) -> list[int]:
        self._rename(part.before["tag"], part.after["name"], part.before["name"])
        return []

    def _rename(self, pk: int, old: str, new: str) -> None:
        """The former name becomes an alias, and the new one is none any more."""
        tag = Tag.objects.select_for_update().filter(pk=pk, name=old).first()
        if tag is None:
            raise Conflict(f"Tag {paths.display(old)} was changed again since.")
        TagAlias.objects.filter(name=new).delete()
        tag.name = new
        _saved(tag)
        TagAlias.objects.update_or_create(name=old, defaults={"tag": tag})


class MergeTag(Action):
    """All uses of a tag become uses of another; the tag itself goes."""

    name = "merge-tag"
    title = "Merge tags"
    icon = "replace"
    group = "tags"
    is_of_images = False
    fields = ("tag", "into")

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        tag = tag_of(values.get("tag"))
        into = Tag.objects.filter(name=one_name(values.get("into"))).first()
        if into is None:
            raise BadInput("There is no tag of that name to merge into. Rename it instead.")
        if into == tag:
            raise BadInput("These are the same tag.")
        return {"tag": tag.pk, "name": tag.name, "into": into.pk, "into_name": into.name}

    def sentence(self, count: int, params: Params) -> str:
        into = _shown(params, "into_name")
        return f"Tag {_shown(params, 'name')} of {images(count)} merged into {into}"

    def doing(self, params: Params) -> str:
        return f"Merging tag {_shown(params, 'name')} into {_shown(params, 'into_name')}"

    def scope(self, params: Params, collection: Collection) -> ImageQuerySet:
        return Image.objects.filter(Exists(ImageTag.objects.filter(_use(), tag=params["tag"])))

    def apply(self, cursor: Any, ids: Sequence[int], params: Params) -> list[Part]:
        tag, into = params["tag"], params["into"]
        if not Tag.objects.filter(pk=into).exists():
            raise Conflict(f"Tag {_shown(params, 'into_name')} is gone.")
        values = {"tag": tag, "into": into, "ids": int_array(ids), "source": None}
        cursor.execute(_DROP, values)
        dropped: dict[str, list[tuple[Any, ...]]] = {}
        for source, *row in cursor.fetchall():
            dropped.setdefault(source, []).append(tuple(row))
        cursor.execute(_MOVE, values)
        moved: dict[str, list[int]] = {}
        for source, pk in cursor.fetchall():
            moved.setdefault(source, []).append(pk)
        parts = [
            Part(pks, {"tag": tag, "source": source}, {"tag": into, "source": source})
            for source, pks in moved.items()
        ]
        for source, rows in dropped.items():
            before = {"tag": tag, "source": source, "rows": [row[1:] for row in rows]}
            parts.append(Part([row[0] for row in rows], before, {"tag": tag, "source": source}))
        return parts

    def conclude(self, cursor: Any, params: Params) -> list[Part]:
        """Last, so that the tag is the first to come back."""
        tag = Tag.objects.select_for_update().filter(pk=params["tag"]).first()
        if tag is None or ImageTag.objects.filter(tag=tag).exists():
            return []
        row = _row(tag)
        after = {"alias_of": params["into"], "name": tag.name}
        self._remove(tag.pk, after)
        return [Part([], {"row": row}, {"row": row, **after})]

    def restore(self, cursor: Any, part: Part) -> list[int]:
        before, after = part.before, part.after
        if "row" in before:
            return self._restore_row(before, after)
        values = {"ids": int_array(part.image_ids), "source": before["source"]}
        if "rows" in before:
            columns: dict[str, list[Any]] = {"positions": [], "confidences": [], "denied": []}
            for row in before["rows"]:
                for column, value in zip(columns.values(), row, strict=True):
                    column.append(value)
            cursor.execute(_PUT_BACK, {**values, **columns, "tag": before["tag"]})
            done = {pk for (pk,) in cursor.fetchall()}
        elif "rows" in after:
            rows = ImageTag.objects.filter(tag=after["tag"], source=before["source"])
            rows.filter(image__in=list(part.image_ids)).delete()
            done = set(part.image_ids)
        else:
            cursor.execute(_MOVE, {**values, "tag": after["tag"], "into": before["tag"]})
            done = {pk for _, pk in cursor.fetchall()}
        return sorted(set(part.image_ids).difference(done))

    def _restore_row(self, before: dict[str, Any], after: dict[str, Any]) -> list[int]:
        if "alias_of" in before:
            self._remove(before["row"]["id"], before)
            return []
        TagAlias.objects.filter(name=after["name"], tag=after["alias_of"]).delete()
        _saved(Tag(**before["row"]), is_new=True)
        return []

    def _remove(self, pk: int, state: dict[str, Any]) -> None:
        TagAlias.objects.filter(tag=pk).update(tag=state["alias_of"])
        Tag.objects.filter(pk=pk).delete()
        alias = {"name": state["name"], "defaults": {"tag_id": state["alias_of"]}}
        TagAlias.objects.update_or_create(**alias)


class ClearTag(RemoveTags):
    """From every image of the collection that has it."""

    name = "clear-tag"
    title = "Remove tag from all images"
    is_of_images = False
    fields = ("tag",)

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        tag = tag_of(values.get("tag"))
        return {"tags": [tag.name], "tag": tag.pk}

    def scope(self, params: Params, collection: Collection) -> ImageQuerySet:
        uses = ImageTag.objects.filter(_use(), tag=params["tag"], is_denied=False)
        return Image.objects.in_collection(collection).filter(Exists(uses))


class DeleteUnusedTags(Action):
    """Those that no image has, nor was denied."""

    name = "delete-tags"
    title = "Delete unused tags"
    icon = "trash-2"
    group = "tags"
    is_of_images = False
    fields = ()

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        return {"count": unused().count()}

    def sentence(self, count: int, params: Params) -> str:
        many = params["count"]
        return f"{many:,} unused tag{'' if many == 1 else 's'} deleted"

    def conclude(self, cursor: Any, params: Params) -> list[Part]:
        rows = [_row(tag) for tag in unused().select_for_update().order_by("pk")]
        parts = [
            Part([], {"rows": some}, {"gone": [row["id"] for row in some]})
            for some in (rows[first : first + _PART] for first in range(0, len(rows), _PART))
        ]
        for part in parts:
            Tag.objects.filter(pk__in=part.after["gone"]).delete()
        return parts

    def restore(self, cursor: Any, part: Part) -> list[int]:
        if "rows" in part.before:
            tags = [Tag(**row) for row in part.before["rows"]]
            Tag.objects.bulk_create(tags, ignore_conflicts=True)
        else:
            unused().filter(pk__in=part.before["gone"]).delete()
        return []


def unused() -> Any:
    uses = Exists(ImageTag.objects.filter(tag=OuterRef("pk")))
    return Tag.objects.filter(~uses, ~Exists(TagAlias.objects.filter(tag=OuterRef("pk"))))


def tag_of(value: Any) -> Tag:
    """Raises `NotFound`."""
    text = str(value)
    pk = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    tag = Tag.objects.filter(pk=pk).first()
    if tag is None:
        raise NotFound("That tag is no longer there.")
    return tag


def one_name(value: Any) -> str:
    """Raises `BadInput`."""
    found = names(str(value or ""))
    if len(found) != 1:
        raise BadInput("A tag's name has no comma in it.")
    return found[0]


def _row(tag: Tag) -> dict[str, Any]:
    return {"id": tag.pk, "name": tag.name, "category": tag.category}


def _saved(tag: Tag, *, is_new: bool = False) -> None:
    """Raises `Conflict` where another tag took its name."""
    try:
        with transaction.atomic():
            tag.save(force_insert=is_new)
    except IntegrityError as error:
        shown = paths.display(tag.name)
        raise Conflict(f"Another tag is called {shown} by now. Merge them instead.") from error


def _use() -> Q:
    return Q(image=OuterRef("pk"))


def _shown(params: Params, key: str) -> str:
    return paths.display(params[key])
