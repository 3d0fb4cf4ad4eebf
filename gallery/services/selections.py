"""Selections, held on the server: single images, or a whole result but for some.

A selection outlives paging and reloads. A whole result is kept as its query, so that selecting a
million images costs what selecting one does.
"""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from dtoolkit.core.errors import BadInput, NotFound
from gallery.models import Collection, Image, Selection, Stacked
from gallery.querysets import ImageQuerySet
from gallery.search import counting, stacks, stretches
from gallery.search.conditions import any_of
from gallery.search.counting import Count
from gallery.search.query import ResultQuery

MOST_PICKED = 100_000
_KEPT_FOR = timedelta(days=7)


def get(token: str, collection: Collection) -> Selection:
    """Raises `NotFound` where it is unknown or of another collection."""
    try:
        known = Selection.objects.filter(token=uuid.UUID(token), collection=collection)
    except ValueError:
        known = Selection.objects.none()
    selection = known.select_related("collection").first()
    if selection is None:
        raise NotFound("That selection is gone. Select the images again.")
    return selection


def begin(query: ResultQuery) -> Selection:
    """A new, empty one over `query`'s result; those that nobody used for a week go."""
    now = timezone.now()
    Selection.objects.filter(used_at__lt=now - _KEPT_FOR).delete()
    return Selection.objects.create(
        token=uuid.uuid4(),
        collection=query.collection,
        params=query.replace().to_params(),
        used_at=now,
    )


def pick(selection: Selection, ids: Iterable[int], *, is_chosen: bool) -> Selection:
    """Adds images to the selection, or takes them out."""
    with _changing(selection) as held:
        listed = set(held.image_ids)
        # Of a whole result the exceptions are listed.
        changed = listed | set(ids) if is_chosen != held.is_all else listed.difference(ids)
        return _save(held, held.is_all, changed)


def toggle(selection: Selection, ids: Iterable[int]) -> Selection:
    with _changing(selection) as held:
        return _save(held, held.is_all, set(held.image_ids).symmetric_difference(ids))


def stretch(selection: Selection, query: ResultQuery, start: str, end: str) -> Selection:
    """Chooses all from one cursor to another, both with it, also where no page of it was loaded.

    Raises `BadInput` where that is more than a list of single images holds.
    """
    ids = stretches.between(query, start, end, MOST_PICKED + 1)
    return pick(selection, ids, is_chosen=True)


def choose_all(selection: Selection, query: ResultQuery) -> Selection:
    """The whole result, as far as it is there now: what comes later is not meant.

    A ranking is few images, and another one tomorrow: its images are listed.
    """
    if query.ranked:
        return pick(selection, _ids(query), is_chosen=True)
    with _changing(selection) as held:
        return _save_whole(held, query, set())


def invert(selection: Selection, query: ResultQuery) -> Selection:
    """Within the result: what was chosen is not, and the other way round."""
    ranked = _ids(query) if query.ranked else None
    with _changing(selection) as held:
        if ranked is not None and not held.is_all:
            return _save(held, False, ranked.difference(held.image_ids))
        if held.is_all:
            return _save(held, False, set(held.image_ids))
        return _save_whole(held, query, set(held.image_ids))


def whole_stacks(selection: Selection, query: ResultQuery) -> Selection:
    """Of each chosen image its whole stack: of a whole result all that it has of them, of single
    images all that are there."""
    level = selection.params.get("stacks", "") if selection.is_all else query.stacks
    if level not in stacks.COLUMNS:
        return selection
    column = stacks.COLUMNS[level]
    listed = Stacked.objects.filter(any_of("image_id", selection.image_ids))
    numbers = listed.exclude(**{column: None}).values(column)
    there = Image.objects.visible().filter(**{f"stacked__{column}__in": numbers})
    ids = there.order_by().values_list("pk", flat=True)[: MOST_PICKED + 1]
    if not selection.is_all:
        return pick(selection, ids, is_chosen=True)
    with _changing(selection) as held:
        held.params = {name: value for name, value in held.params.items() if name != "stacks"}
        return _save(held, True, {*held.image_ids, *ids})


def clear(selection: Selection) -> Selection:
    with _changing(selection) as held:
        return _save(held, False, set())


def count(selection: Selection) -> Count:
    """How many images are chosen; of a whole result it may be an estimate."""
    if not selection.is_all:
        return Count(len(selection.image_ids), is_exact=True)
    whole = counting.count(query_of(selection))
    return Count(max(0, whole.value - len(selection.image_ids)), whole.is_exact)


def query_of(selection: Selection) -> ResultQuery:
    """Raises `BadInput` or `NotFound` where its result means nothing any more."""
    return ResultQuery.from_params(selection.params, selection.collection)


def images(selection: Selection) -> ImageQuerySet:
    """The chosen ones that are there, unordered."""
    if selection.is_all:
        whole = query_of(selection).images().filter(pk__lte=selection.newest_id)
        return whole.exclude(any_of("pk", selection.image_ids)) if selection.image_ids else whole
    return Image.objects.in_collection(selection.collection).filter(
        any_of("pk", selection.image_ids)
    )


def batches(selection: Selection, size: int) -> Iterator[list[int]]:
    """The ids in rising order; reads them once."""
    return batches_of(images(selection), size)


def batches_of(chosen: ImageQuerySet, size: int) -> Iterator[list[int]]:
    batch: list[int] = []
    for pk in chosen.order_by("pk").values_list("pk", flat=True).iterator(size):
        batch.append(pk)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def first_ids(selection: Selection, most: int) -> list[int]:
    """Up to `most` of the ids, in rising order."""
    return list(images(selection).order_by("pk").values_list("pk", flat=True)[:most])


def freeze(selection: Selection) -> Selection:
    """A copy that nobody changes, for work that comes to it later."""
    return Selection.objects.create(
        token=uuid.uuid4(),
        collection=selection.collection,
        params=selection.params,
        is_all=selection.is_all,
        image_ids=selection.image_ids,
        newest_id=selection.newest_id,
        used_at=timezone.now(),
    )


def of_images(collection: Collection, ids: Iterable[int]) -> Selection:
    """One that is not kept, of these images."""
    return Selection(
        token=uuid.uuid4(), collection=collection, image_ids=_checked(set(ids)), is_all=False
    )


@contextmanager
def _changing(selection: Selection) -> Iterator[Selection]:
    """Holds the row, so that two clicks that come at once both count."""
    rows = Selection.objects.select_for_update(of=("self",)).select_related("collection")
    with transaction.atomic():
        yield rows.get(pk=selection.pk)


def _save(selection: Selection, is_all: bool, ids: set[int]) -> Selection:
    selection.is_all = is_all
    selection.image_ids = _checked(ids)
    selection.used_at = timezone.now()
    selection.save()
    return selection


def _save_whole(selection: Selection, query: ResultQuery, exceptions: set[int]) -> Selection:
    newest = Image.objects.in_collection(query.collection).order_by("-pk")
    selection.params = query.replace().to_params()
    selection.newest_id = newest.values_list("pk", flat=True).first() or 0
    return _save(selection, True, exceptions)


def _ids(query: ResultQuery) -> set[int]:
    return set(query.images().order_by().values_list("pk", flat=True))


def _checked(ids: set[int]) -> list[int]:
    if len(ids) > MOST_PICKED:
        raise BadInput(
            f"More than {MOST_PICKED:,} single images: search for them and select the whole result."
        )
    return sorted(ids)
