"""What a person said of several images goes into one of them, by the acts that say it; so each of
it comes back as it was, by itself."""

from collections.abc import Iterator, Sequence
from typing import Any

from gallery.actions import composed
from gallery.actions.base import Params, Part
from gallery.actions.values import spelled
from gallery.models import AlbumImage, Image, ImageEdit, ImageTag
from gallery.scanning.moves.words import PERSON
from gallery.scanning.saving.tags import SOURCE as SIDECAR

Step = tuple[str, list[int], Params]


def merge(cursor: Any, keeper: Image, others: Sequence[Image]) -> list[Part]:
    """The keeper gets all, the others are marked for deletion. Their rows are locked."""
    return [
        part
        for name, ids, params in _steps(keeper, others)
        for part in composed.apply(cursor, name, ids, params)
    ]


def _steps(keeper: Image, others: Sequence[Image]) -> Iterator[Step]:
    here = [keeper.pk]
    rating = max((image.rating or 0 for image in others), default=0)
    if rating > (keeper.rating or 0):
        yield "rate", here, {"value": rating}
    if any(image.is_favourite for image in others):
        yield "favourite", here, {"value": True}
    if any(image.is_nsfw for image in others):
        yield "nsfw", here, {"value": True}
    ids = [image.pk for image in others]
    yield from _tags(keeper, ids)
    held = AlbumImage.objects.filter(image__in=ids).order_by("album")
    for album in held.values_list("album", flat=True).distinct():
        yield "add-to-album", here, {"album": album}
    yield from _texts(keeper, others)
    yield "deletion", ids, {"value": True}


def _tags(keeper: Image, ids: Sequence[int]) -> Iterator[Step]:
    """Those of people and of sidecars, which go with their files; taggers say theirs again. What a
    person said of the keeper itself counts."""
    tags = ImageTag.objects.filter(source__in=(PERSON, SIDECAR)).order_by("pk")
    columns = ("tag__name", "is_denied")
    said = dict(tags.filter(image=keeper, source=PERSON).values_list(*columns))
    rows = list(tags.filter(image__in=ids).values_list(*columns))
    shown = dict.fromkeys(name for name, is_denied in rows if not is_denied and name not in said)
    if shown:
        yield "add-tags", [keeper.pk], {"tags": list(shown)}
    denied = {name for name, is_denied in rows if is_denied}.difference(said, shown)
    if denied:
        yield "remove-tags", [keeper.pk], {"tags": sorted(denied)}


def _texts(keeper: Image, others: Sequence[Image]) -> Iterator[Step]:
    """All notes, one after the other; a prompt or a date that a person wrote where the keeper
    has none."""
    edits = ImageEdit.objects.in_bulk([keeper.pk, *(image.pk for image in others)])
    in_order = [edits[image.pk] for image in (keeper, *others) if image.pk in edits]
    notes = list(dict.fromkeys(edit.note for edit in in_order if edit.note))
    if notes:
        yield "note", [keeper.pk], {"note": "\n\n".join(notes)}
    for name, own in (("edit-prompt", "prompt"), ("edit-negative-prompt", "negative_prompt")):
        writers = [edit.image_id for edit in in_order if getattr(edit, f"has_{own}")]
        if writers and keeper.pk not in writers:
            prompt = getattr(next(image for image in others if image.pk == writers[0]), own)
            yield name, [keeper.pk], {"text": prompt.text if prompt else ""}
    dated = [edit.image_id for edit in in_order if edit.has_date]
    if dated and keeper.pk not in dated:
        at = next(image.created_at for image in others if image.pk == dated[0])
        yield "edit-details", [keeper.pk], {"date": {"how": "set", "at": spelled(at)}}
