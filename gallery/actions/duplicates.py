"""What a person decides about duplicates: one is kept and the others go, or they are none."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import uuid4

from django.template.defaultfilters import pluralize

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput, Conflict, NotFound
from gallery.actions import composed, merging, stacks
from gallery.actions.base import Action, Params, Part, images
from gallery.duplicates import channels, ranking
from gallery.models import Collection, DuplicateGroup, DuplicateMember, Image
from gallery.querysets import ImageQuerySet

_State = DuplicateGroup.State


class _OnGroup(Action):
    group = "duplicates"
    is_of_images = False
    fields: ClassVar[tuple[str, ...]] = ("group",)

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        pk = _number(values.get("group"))
        group = DuplicateGroup.objects.filter(pk=pk, collection=collection).first()
        if group is None:
            raise NotFound("That group is gone: it was looked for again since.")
        if group.state != _State.OPEN:
            raise Conflict("That group was decided already.")
        return {"group": group.pk}

    def restore(self, cursor: Any, part: Part) -> list[int]:
        if composed.is_ours(part):
            return composed.restore(cursor, part)
        if "words" in part.before:
            return stacks.restore(cursor, part)
        groups = DuplicateGroup.objects.filter(pk__in=part.before["groups"])
        groups.filter(state=part.after["state"]).update(state=part.before["state"])
        return []


class MergeDuplicates(_OnGroup):
    """What was said of all goes into the keeper; the others are marked for deletion."""

    name = "merge-duplicates"
    title = "Merge duplicates"
    icon = "copy"
    fields = ("group", "keeper")

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        params = super().clean(values, collection)
        living = ranking.ranked(members_of(params["group"]))
        by_id = {image.pk: image for image in living}
        keeper = by_id.get(_number(values.get("keeper")))
        if keeper is None:
            raise BadInput("Choose which one to keep: the one that was chosen is gone.")
        if len(by_id) < 2:
            raise Conflict("The others of that group are gone, so there is nothing to merge.")
        return {**params, "keeper": keeper.pk, "name": keeper.name, "others": len(by_id) - 1}

    def sentence(self, count: int, params: Params) -> str:
        merged = f"{params['others']:,} duplicate{pluralize(params['others'])}"
        return f"{merged} merged into {paths.display(params['name'])}"

    def conclude(self, cursor: Any, params: Params) -> list[Part]:
        return merge_group(cursor, params["group"], params["keeper"])


class DismissDuplicates(_OnGroup):
    """Said of each two of its images: no channel brings them together again."""

    name = "dismiss-duplicates"
    title = "Not duplicates"
    icon = "split"

    def sentence(self, count: int, params: Params) -> str:
        return f"{images(count)} said to be no duplicates"

    def conclude(self, cursor: Any, params: Params) -> list[Part]:
        group = _held(params["group"])
        ids = list(group.members.order_by("image").values_list("image", flat=True))
        groups = [group.pk, *_within(group, ids)]
        DuplicateGroup.objects.filter(pk__in=groups).update(state=_State.DISMISSED)
        state = {"groups": groups}
        before, after = {**state, "state": _State.OPEN}, {**state, "state": _State.DISMISSED}
        return [Part(ids, before, after)]


class StackDuplicates(DismissDuplicates):
    """Versions of one picture that are all kept: no duplicates, but a stack."""

    name = "stack-duplicates"
    title = "Keep all in a stack"
    icon = "layers"

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        return {**super().clean(values, collection), "token": str(uuid4())}

    def sentence(self, count: int, params: Params) -> str:
        return f"{images(count)} kept in one stack"

    def conclude(self, cursor: Any, params: Params) -> list[Part]:
        dismissed = super().conclude(cursor, params)
        there = list(members_of(params["group"]).order_by("pk").values_list("pk", flat=True))
        return [*dismissed, *stacks.put_together(cursor, there, params["token"])]


class TakeSuggestions(_OnGroup):
    """Of all groups of copies that wait, whoever is suggested is kept."""

    name = "take-suggestions"
    title = "Take all suggestions"
    icon = "check-check"
    fields = ()
    batch_size = 100
    waits_for = 20

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        return {}

    def sentence(self, count: int, params: Params) -> str:
        return f"Suggestions taken for all copies: {images(count)} merged or marked for deletion"

    def doing(self, params: Params) -> str:
        return "Merging copies"

    def scope(self, params: Params, collection: Collection) -> ImageQuerySet:
        """Each group once, by the image that was suggested when it was found."""
        groups = _of_copies().filter(collection=collection).reviewable()
        return Image.objects.filter(pk__in=groups.values("keeper"))

    def apply(self, cursor: Any, ids: Sequence[int], params: Params) -> list[Part]:
        groups = _of_copies().filter(keeper__in=ids).reviewable().order_by("pk")
        return [part for group in groups for part in merge_group(cursor, group.pk)]


def merge_group(cursor: Any, pk: int, keeper: int | None = None) -> list[Part]:
    """Without a keeper the one that is suggested now; nothing where fewer than two are left."""
    group = _held(pk)
    living = list(ranking.ranked(members_of(pk)))
    living.sort(key=lambda image: image.pk != keeper)
    if len(living) < 2 or (keeper is not None and living[0].pk != keeper):
        raise Conflict("Images of that group are gone meanwhile. Look at it again.")
    parts = merging.merge(cursor, living[0], living[1:])
    group.state = _State.DECIDED
    group.save(update_fields=["state"])
    state = {"groups": [pk]}
    return [*parts, Part([], {**state, "state": _State.OPEN}, {**state, "state": group.state})]


def members_of(pk: int) -> ImageQuerySet:
    """Those that are still there."""
    members = DuplicateMember.objects.filter(group=pk).values("image")
    return Image.objects.visible().filter(pk__in=members)


def _held(pk: int) -> DuplicateGroup:
    """Locked with its images, in order of id as everywhere. Raises `Conflict`."""
    group = DuplicateGroup.objects.select_for_update().filter(pk=pk, state=_State.OPEN).first()
    if group is None:
        raise Conflict("That group was decided already, or looked for again.")
    members = DuplicateMember.objects.filter(group=pk).values("image")
    locked = Image.objects.filter(pk__in=members).select_for_update(no_key=True).order_by("pk")
    list(locked.values_list("pk", flat=True))
    return group


def _within(group: DuplicateGroup, ids: Sequence[int]) -> list[int]:
    """Open groups of any channel that hold none but these images."""
    touched = DuplicateMember.objects.filter(image__in=ids).values("group")
    beyond = DuplicateMember.objects.living().exclude(image__in=ids).values("group")
    same = DuplicateGroup.objects.filter(collection=group.collection_id, state=_State.OPEN)
    found = same.filter(pk__in=touched).exclude(pk=group.pk)
    held = beyond.filter(group__in=list(found.values_list("pk", flat=True)))
    return list(found.exclude(pk__in=held).order_by("pk").values_list("pk", flat=True))


def _of_copies() -> Any:
    names = [channel.name for channel in channels.every() if channel.are_copies]
    return DuplicateGroup.objects.filter(channel__in=names, keeper__isnull=False)


def _number(value: Any) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
