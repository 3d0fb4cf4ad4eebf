"""Which images are looked at: all that the filter leaves."""

from collections.abc import Sequence

import numpy as np

from dtoolkit.core.errors import BadInput
from embeddings.search import pools
from embeddings.search.asking import Ask
from embeddings.search.directions import Direction
from embeddings.search.pools import Pool
from embeddings.search.reading import Reader
from gallery.querysets import ImageQuerySet

_MOST = 2**31 - 2


def gather(
    reader: Reader, images: ImageQuerySet, directions: Sequence[Direction], ask: Ask
) -> tuple[Pool, dict[str, str]]:
    """Without the examples themselves; and how they were found, by space."""
    pool = pools.read(reader, images, [each.space for each in directions], _MOST)
    if pool is None:
        raise BadInput("There are more images than can be searched.")
    own = [each.image_id for each in ask.examples if each.image_id is not None]
    pool = pool.take(np.flatnonzero(~np.isin(pool.ids, own)))
    return pool, {each.space.name: "exact" for each in directions}
