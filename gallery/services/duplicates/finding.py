"""Looks for duplicates and keeps what it finds; what a person decided stays as it is."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from django.db import transaction

from dtoolkit.core.errors import Unavailable
from dtoolkit.jobs.kinds import Progress
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from gallery.duplicates import linkage, ranking
from gallery.duplicates.channels import Channel, Search
from gallery.duplicates.linkage import Ids, Links
from gallery.models import Collection, DuplicateGroup, DuplicateMember, Image

JOB = "find-duplicates"
_State = DuplicateGroup.State
_AT_ONCE = 2000
_LOW_HALF = (1 << 64) - 1


def start(
    collection: Collection, channel: Channel, limit: str = "", *, is_confirmed: bool = False
) -> Job:
    """Raises `BadInput` where the limit is none, `Unavailable` where the channel cannot look."""
    if reason := channel.missing(collection):
        raise Unavailable(reason)
    number = channel.limit.clean(limit) if channel.limit else 0
    params = {"collection_id": collection.pk, "channel": channel.name, "limit": number}
    return enqueue(JOB, {**params, "is_confirmed": is_confirmed and channel.are_copies})


def jobs_of(collection: Collection) -> list[Job]:
    """That look now or wait to."""
    known = Job.objects.filter(kind=JOB, params__collection_id=collection.pk)
    return list(known.filter(state__in=Job.ACTIVE).order_by("pk"))


def was_looked(collection: Collection) -> bool:
    known = Job.objects.filter(kind=JOB, params__collection_id=collection.pk)
    if known.filter(state=Job.State.DONE).exists():
        return True
    return DuplicateGroup.objects.filter(collection=collection).exists()


def find(
    collection: Collection,
    channel: Channel,
    limit: float,
    progress: Progress,
    *,
    is_confirmed: bool = False,
) -> int:
    """How many groups there are for the channel now. A kill leaves those that were there before."""
    ranked = _ranked(collection, with_copies=channel.are_copies)
    progress.report(0, message="Looking", found=len(ranked))
    search = Search(collection, ranked, limit, is_confirmed, progress)
    search = replace(search, said=_said(search))
    links = channel.links(search)
    progress.check()
    count = _store(search, channel, links)
    word = "group" if count == 1 else "groups"
    said = f"{count:,} {word} found"
    if links.unread:
        said += f"; {links.unread:,} could not be read"
    progress.report(len(ranked), links.unread, said)
    return count


def _ranked(collection: Collection, *, with_copies: bool) -> Ids:
    """All that a person has not thrown away, who is to be kept first; of copies the first."""
    images = ranking.ranked(Image.objects.visible().in_collection(collection))
    if with_copies:
        return np.fromiter(images.values_list("pk", flat=True).iterator(50_000), np.int64)
    rows = images.values_list("pk", "fingerprint").iterator(50_000)
    ids, marks = array("q"), array("Q")
    for pk, mark in rows:
        ids.append(pk)
        marks.append(mark.int & _LOW_HALF if mark else pk)
    firsts = np.sort(np.unique(np.array(marks, np.uint64), return_index=True)[1])
    return np.asarray(np.array(ids, np.int64)[firsts])


def _said(search: Search) -> Mapping[int, frozenset[int]]:
    """Of a rank the groups that a person said are no duplicates."""
    dismissed = DuplicateMember.objects.filter(
        group__collection=search.collection, group__state=_State.DISMISSED
    )
    rows = list(dismissed.values_list("image", "group"))
    ranks = search.ranks(np.array([image for image, _ in rows], np.int64)).tolist()
    said: dict[int, set[int]] = {}
    for rank, (_, group) in zip(ranks, rows, strict=True):
        said.setdefault(rank, set()).add(group)
    return {rank: frozenset(groups) for rank, groups in said.items() if rank >= 0}


def _store(search: Search, channel: Channel, links: Links) -> int:
    """Groups that are there already keep their place in the queue; one transaction. What a person
    decided while it looked counts."""
    with transaction.atomic():
        # Two jobs of one channel come one after the other.
        Collection.objects.select_for_update(no_key=True).get(pk=search.collection.pk)
        known = _known(search.collection, channel)
        found = linkage.groups(links, _said(search))
        fresh, same = [], []
        for each in found:
            ids = search.ranked[[each.keeper, *each.others]].tolist()
            group = DuplicateGroup(
                collection=search.collection,
                channel=channel.name,
                distance=max(each.distances),
                keeper_id=ids[0],
                is_confirmed=search.is_confirmed,
            )
            if (pk := known.pop(frozenset(ids), None)) is None:
                fresh.append((group, ids, [0.0, *each.distances]))
            else:
                group.pk = pk
                same.append(group)
        gone = DuplicateGroup.objects.filter(pk__in=list(known.values()), state=_State.OPEN)
        held = list(gone.select_for_update().order_by("pk").values_list("pk", flat=True))
        DuplicateGroup.objects.filter(pk__in=held).delete()
        DuplicateGroup.objects.bulk_update(
            same, ["distance", "keeper", "is_confirmed"], batch_size=_AT_ONCE
        )
        for first in range(0, len(fresh), _AT_ONCE):
            _insert(fresh[first : first + _AT_ONCE])
        return len(found)


def _known(collection: Collection, channel: Channel) -> dict[frozenset[int], int]:
    """The open groups by their images."""
    held: dict[int, list[int]] = {}
    members = DuplicateMember.objects.filter(
        group__collection=collection, group__channel=channel.name, group__state=_State.OPEN
    )
    for group, image in members.values_list("group", "image").iterator(50_000):
        held.setdefault(group, []).append(image)
    return {frozenset(images): group for group, images in held.items()}


def _insert(groups: Sequence[tuple[DuplicateGroup, list[int], list[float]]]) -> None:
    """Images that were removed meanwhile are no members."""
    every = [pk for _, ids, _ in groups for pk in ids]
    there = set(Image.objects.filter(pk__in=every).values_list("pk", flat=True))
    whole = [each for each in groups if there.issuperset(each[1])]
    DuplicateGroup.objects.bulk_create([group for group, _, _ in whole])
    DuplicateMember.objects.bulk_create(
        DuplicateMember(group=group, image_id=pk, distance=distance)
        for group, ids, distances in whole
        for pk, distance in zip(ids, distances, strict=True)
    )
