"""Copies: the same fingerprint, or if a person asks the same bytes from the first to the last."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from django.db.models import Count

from gallery.duplicates.channels import Limit, Search
from gallery.duplicates.linkage import Links
from gallery.media import digests
from gallery.models import Collection, Image


class Copies:
    name: ClassVar[str] = "copies"
    title: ClassVar[str] = "Copies"
    explains: ClassVar[str] = "the same file in two places"
    limit: ClassVar[Limit | None] = None
    are_copies: ClassVar[bool] = True

    def missing(self, collection: Collection) -> str:
        return ""

    def describe(self, distance: float) -> str:
        return "The same file"

    def links(self, search: Search) -> Links:
        """Where it is to be confirmed, files that cannot be read are copies of nothing."""
        same, unread = _same_fingerprint(search), 0
        if search.is_confirmed:
            same, unread = _confirmed(same, search)
        worse, better = [], []
        for ranks in same:
            for first in {ranks[0], *search.said.keys() & set(ranks)}:
                others = [rank for rank in ranks if rank > first]
                worse += others
                better += [first] * len(others)
        nothing = np.zeros(len(worse), np.float32)
        return Links(np.array(worse, np.int64), np.array(better, np.int64), nothing, unread)


def _same_fingerprint(search: Search) -> list[list[int]]:
    """Ranks, the best first."""
    among = Image.objects.visible().in_collection(search.collection).exclude(fingerprint=None)
    shared = among.order_by().values("fingerprint").annotate(many=Count("pk")).filter(many__gt=1)
    copies = among.filter(fingerprint__in=shared.values("fingerprint")).order_by("fingerprint")
    rows = list(copies.values_list("pk", "fingerprint"))
    ranks = search.ranks(np.array([pk for pk, _ in rows], np.int64)).tolist()
    known: dict[object, list[int]] = {}
    for rank, (_, fingerprint) in zip(ranks, rows, strict=True):
        if rank >= 0:
            known.setdefault(fingerprint, []).append(rank)
    return [sorted(each) for each in known.values() if len(each) > 1]


def _confirmed(same: Sequence[list[int]], search: Search) -> tuple[list[list[int]], int]:
    """The ranks again, but of files whose SHA-256 is the same; how many could not be read."""
    parted: list[list[int]] = []
    done = failed = 0
    total = sum(map(len, same))
    for ranks in same:
        by_digest: dict[str, list[int]] = {}
        images = Image.objects.select_related("folder__root").in_bulk(
            [int(search.ranked[rank]) for rank in ranks]
        )
        for rank in ranks:
            image = images.get(int(search.ranked[rank]))
            digest = digests.sha256(image, search.progress.check) if image else ""
            failed += not digest
            by_digest.setdefault(digest or f"unread {rank}", []).append(rank)
            done += 1
            search.progress.report(done, failed, "Reading the files whole", total)
        parted += [each for each in by_digest.values() if len(each) > 1]
    return parted, failed
