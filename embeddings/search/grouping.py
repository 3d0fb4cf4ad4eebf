"""One image of each prompt, so that one batch cannot fill the page."""

from collections.abc import Sequence

import numpy as np

from embeddings.search.binary import Ids, Longs, ids
from embeddings.search.pools import Pool
from embeddings.search.reading import Read, Reader

MOST_COUNTED = 1000  # images of one prompt
_COUNT = """
SELECT array_agg(counted.images ORDER BY asked.place)
FROM unnest(%(prompts)s) WITH ORDINALITY AS asked (id, place)
CROSS JOIN LATERAL (
    SELECT count(*) AS images FROM (
        SELECT 1 FROM ({images}) AS image
        WHERE image.prompt_id = asked.id AND image.id <> ALL(%(own)s) LIMIT %(most)s) AS few
) AS counted
"""


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


def counted(reader: Reader, images: str, pool: Pool, places: Ids, own: Sequence[int]) -> Ids:
    """The same of all `images` (a statement with `pools.COLUMNS`), `own` ones left out; at most
    `MOST_COUNTED`."""
    prompts, of = np.unique(pool.subjects["prompt"][places], return_inverse=True)
    statement = _COUNT.format(images=images)
    values = {
        "prompts": Longs(prompts),
        "own": Longs(np.array(own, dtype=np.int64)),
        "most": MOST_COUNTED + 1,
    }
    counts = reader.read(Read(statement, values, lambda row: ids(row[0])))
    return np.maximum(counts[of] - 1, 0) if len(places) else np.zeros(0, dtype=np.int64)
