"""One image of each prompt, so that one batch cannot fill the page."""

import numpy as np

from embeddings.search.binary import Ids
from embeddings.search.pools import Pool


def firsts(pool: Pool, places: Ids) -> Ids:
    """Of `places` the first of each prompt, in their order; each without a prompt too."""
    prompts = pool.subjects["prompt"][places]
    # Below 0 there is no prompt, so that these ids are nobody else's.
    keys = np.where(prompts > 0, prompts, -pool.ids[places])
    _, first = np.unique(keys, return_index=True)
    return places[np.sort(first)]


def more(pool: Pool, places: Ids) -> Ids:
    """How many other images of `pool` have the prompt of each place."""
    known, counts = np.unique(pool.subjects["prompt"], return_counts=True)
    prompts = pool.subjects["prompt"][places]
    if not len(known):
        return np.zeros(len(places), dtype=np.int64)
    others = counts[np.searchsorted(known, prompts)] - 1
    return np.where(prompts > 0, others, 0).astype(np.int64)
