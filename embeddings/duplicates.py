"""Duplicates by what CLIP-H sees: the same picture cropped, recoloured or painted over."""

from typing import ClassVar

import numpy as np

from dtoolkit.core.errors import Unavailable
from dtoolkit.inference import specs
from embeddings.models import ClipHVector
from embeddings.search import missing, pairs
from embeddings.services import bulk_loads, indexes, weights
from embeddings.spaces import SPACES
from gallery.duplicates.channels import Limit, Search
from gallery.duplicates.linkage import Links
from gallery.models import Collection

_SPACE = SPACES["clip_h"]


class LooksAlike:
    name: ClassVar[str] = "looks"
    title: ClassVar[str] = "Alike to CLIP-H"
    explains: ClassVar[str] = "the same subject seen the same way, be it cropped or recoloured"
    limit: ClassVar[Limit | None] = Limit("whose likeness is at least", 0.96, 0.85, 1, 0.005)
    are_copies: ClassVar[bool] = False

    def missing(self, collection: Collection) -> str:
        key = weights.model_key(_SPACE.network)
        if key is None:
            return weights.missing(specs.get(_SPACE.network))
        if not ClipHVector.objects.filter(model_key=key, image__collection=collection).exists():
            return missing.nothing_embedded(_SPACE.name).said
        return ""

    def describe(self, distance: float) -> str:
        return f"{1 - distance:.1%} alike".replace("%", " %")

    def links(self, search: Search) -> Links:
        """Only vectors of the weights in use now count."""
        key = weights.model_key(_SPACE.network)
        if key is None:
            return Links.none()
        if len(search.ranked) > pairs.READ_UP_TO and not indexes.exists(_SPACE):
            if bulk_loads.is_loading(_SPACE):
                raise Unavailable(
                    "CLIP-H is looking at many pictures now. Look for duplicates when that is over."
                )
            bulk_loads.build(_SPACE, search.progress)
        found = [Links.none()]
        limit = 1 - search.limit
        blocks = pairs.near(_SPACE, search.collection, key, np.sort(search.ranked), limit)
        for done, (a, b, distances) in blocks:
            ranks, others = search.ranks(a), search.ranks(b)
            is_meant = (ranks >= 0) & (others >= 0)
            found.append(Links.of(ranks[is_meant], others[is_meant], distances[is_meant]))
            search.progress.report(done, message="Comparing looks")
            search.progress.check()
        return Links.joined(found)
