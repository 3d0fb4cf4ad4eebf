"""Images by meaning: candidates, exact similarities in every space, one score, one list."""

from collections.abc import Mapping, Sequence

import numpy as np

from embeddings.search import backgrounds, candidates, cutting, fusing, grouping
from embeddings.search.asking import Ask, Hit, Ranking
from embeddings.search.backgrounds import Background
from embeddings.search.binary import Ids, Reals
from embeddings.search.directions import Direction, directions
from embeddings.search.pools import Pool
from embeddings.search.reading import reading
from embeddings.search.similarities import Similarities, similarities
from gallery.querysets import ImageQuerySet


def rank(images: ImageQuerySet, ask: Ask) -> Ranking:
    """The best of `images` as `ask` says. Raises `BadInput`; `Unavailable` where it takes too long
    or the weights of all spaces are missing."""
    looked_for = directions(ask)
    with reading() as reader:
        pool, plans = candidates.gather(reader, images, looked_for, ask)
        found = {each.space.name: similarities(reader, each, pool) for each in looked_for}
        usual = {each.space.name: backgrounds.background(reader, each) for each in looked_for}
        score = fusing.scores(looked_for, found, usual)
        key = fusing.sort_key(looked_for, found, ask.fusion, score)
        places = fusing.eligible(looked_for, found)
        # Best first; of equals what came last into the library.
        places = places[np.lexsort((-pool.ids[places], -key[places]))]
        shown = grouping.firsts(pool, places) if ask.is_grouped else places
        is_chance, shown = _cut(looked_for, usual, score, shown, len(places), is_cut=ask.is_cut)
        shown = shown[: ask.limit]
        more = grouping.more(pool, shown) if ask.is_grouped else np.zeros(len(shown), np.int64)
    return Ranking(
        hits=_hits(pool, shown, score, found, more),
        verdict="none" if is_chance else "good",
        plans=plans,
    )


def _cut(
    looked_for: Sequence[Direction],
    usual: Mapping[str, Background],
    score: Reals,
    places: Ids,
    looked_at: int,
    *,
    is_cut: bool,
) -> tuple[bool, Ids]:
    """Whether nothing matches, and the places of what does; all of them where nothing does."""
    if not len(places):
        return True, places
    if not all(background.is_known for background in usual.values()):
        return False, places
    falling = np.sort(score[places])[::-1]
    deviation = cutting.deviation(looked_for)
    if cutting.is_chance(float(falling[0]), deviation, looked_at):
        return True, places
    if is_cut:
        places = places[score[places] >= cutting.least_score(falling, deviation)]
    return False, places


def _hits(
    pool: Pool, places: Ids, score: Reals, found: Mapping[str, Similarities], more: Ids
) -> tuple[Hit, ...]:
    columns = {name: each.shown[places].tolist() for name, each in found.items()}
    parts: list[dict[str, float]] = [{} for _ in places]
    for name, column in columns.items():
        for part, similarity in zip(parts, column, strict=True):
            if similarity == similarity:  # NaN where it has no vector
                part[name] = similarity
    rows = zip(pool.ids[places].tolist(), score[places].tolist(), parts, more.tolist(), strict=True)
    return tuple(Hit(*row) for row in rows)
