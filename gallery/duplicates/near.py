"""Pictures that look the same: perceptual hashes that differ in few bits."""

import functools
from array import array
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from gallery.duplicates import hashes
from gallery.duplicates.channels import Limit, Search
from gallery.duplicates.hashes import Hashes
from gallery.duplicates.linkage import Links, Ranks
from gallery.media import phash
from gallery.models import Collection, Image


class NearHashes:
    name: ClassVar[str] = "near"
    title: ClassVar[str] = "Nearly the same"
    explains: ClassVar[str] = "the same picture in another size or format, or touched up"
    limit: ClassVar[Limit | None] = Limit(
        "that differ in at most so many of 64 bits",
        6,
        0,
        hashes.MOST_DISTANCE,
        1,
        "Each bit more takes longer: of a million images 12 takes many minutes.",
    )
    are_copies: ClassVar[bool] = False

    def missing(self, collection: Collection) -> str:
        return ""

    def describe(self, distance: float) -> str:
        if not distance:
            return "They look the same"
        return f"{distance:.0f} of 64 bits differ"

    def links(self, search: Search) -> Links:
        ranks, found = _hashes(search)
        if not ranks.size:
            return Links.none()
        values, leaders, group = grouped(ranks, found, list(search.said))

        def tell(part: float) -> None:
            search.progress.report(int(part * len(search.ranked)), message="Comparing hashes")

        later, earlier, bits = hashes.pairs(values, int(search.limit), tell)
        return of_images(ranks, group, leaders, (later, earlier, bits))


def grouped(ranks: Ranks, found: Hashes, said: Sequence[int]) -> tuple[Hashes, Ranks, Ranks]:
    """The hashes, each led by its best image, the best leader first; the leaders' ranks; of each
    image which it has. Whoever is said to be no duplicate of some other stands for itself."""
    is_alone = np.isin(ranks, said)
    different, first, inverse = np.unique(found[~is_alone], return_index=True, return_inverse=True)
    values = np.concatenate([different, found[is_alone]])
    leaders = np.concatenate([ranks[~is_alone][first], ranks[is_alone]])
    group = np.empty(len(ranks), np.int64)
    group[~is_alone] = inverse
    group[is_alone] = np.arange(len(different), len(values))
    order = np.argsort(leaders)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return values[order], leaders[order], place[group]


def of_images(
    ranks: Ranks,
    group: Ranks,
    leaders: Ranks,
    pairs: tuple[Ranks, Ranks, npt.NDArray[np.uint8]],
) -> Links:
    """Each image with the best one of its own hash, and with the best ones of the near hashes."""
    later, earlier, bits = pairs
    is_led = ranks != leaders[group]
    by_group = np.argsort(group, kind="stable")
    sizes = np.bincount(group, minlength=len(leaders))
    starts = np.cumsum(sizes) - sizes
    many = sizes[later]
    within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    members = ranks[by_group[np.repeat(starts[later], many) + within]]
    return Links(
        np.concatenate([ranks[is_led], members]),
        np.concatenate([leaders[group[is_led]], np.repeat(leaders[earlier], many)]),
        np.concatenate([np.zeros(is_led.sum()), np.repeat(bits, many)]).astype(np.float32),
    )


def _hashes(search: Search) -> tuple[Ranks, Hashes]:
    """Ranks, rising, and their hashes; pictures of one colour look all alike and are left out."""
    among = Image.objects.visible().in_collection(search.collection)
    ids, values = array("q"), array("q")
    for pk, value in among.order_by().values_list("pk", "phash").iterator(50_000):
        if value is not None:
            ids.append(pk)
            values.append(value)
    ranks, found = search.ranks(np.array(ids, np.int64)), np.array(values, np.int64)
    is_meant = (ranks >= 0) & ~np.isin(found, plain())
    ranks, found = ranks[is_meant], found[is_meant]
    rising = np.argsort(ranks)
    return ranks[rising], found[rising].astype(np.uint64)


@functools.cache
def plain() -> npt.NDArray[np.int64]:
    """The hashes of every gray: what rounding leaves there means nothing."""
    grays = [np.full((phash.SIDE, phash.SIDE), gray, np.uint8) for gray in range(256)]
    return np.unique(np.array(phash.of(grays), np.int64))
