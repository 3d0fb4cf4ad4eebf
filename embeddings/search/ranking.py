"""Images by meaning: candidates, exact similarities in every space, one score, one list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.search import cutting, fusing, grouping, planning, pools
from embeddings.search.asking import Ask, Hit, Ranking
from embeddings.search.backgrounds import Background, background, sample
from embeddings.search.binary import Ids, Reals
from embeddings.search.candidates import Candidates, gather
from embeddings.search.directions import MODEL_KEYS, Direction, directions
from embeddings.search.nearest import MOST_MET
from embeddings.search.planning import Way
from embeddings.search.pools import Pool
from embeddings.search.reading import Reader, as_sql
from embeddings.search.similarities import Similarities, similarities
from gallery.querysets import ImageQuerySet


def rank(images: ImageQuerySet, ask: Ask, forced: Way | None = None) -> Ranking:
    """The best of `images` as `ask` says. Raises `BadInput`; `Unavailable` where it takes too long
    or the weights of all spaces are missing. `forced` is for those who measure."""
    reader = Reader()
    composed = reader.meanwhile(lambda: as_sql(images.order_by().values(*pools.COLUMNS)))
    looked_for = directions(ask, reader.read(MODEL_KEYS))
    samples = [sample(reader, each) for each in looked_for]
    usual = reader.meanwhile(lambda: _usual(looked_for, samples))
    statement = composed()
    plan = planning.plan(statement, looked_for, ask, forced)
    while True:
        candidates = gather(reader, statement, looked_for, ask, plan)
        found = _found(reader, candidates, looked_for)
        scored = _scored(candidates.pool, looked_for, found, usual(), ask)
        is_chance, shown = _cut(looked_for, scored, is_cut=ask.is_cut)
        is_cut = ask.is_cut and (is_chance or len(shown) < len(scored.places))
        is_enough = candidates.is_whole or is_cut or len(shown) >= ask.limit
        if is_enough or min(plan.many.values()) >= MOST_MET:
            break
        # The images of few prompts took all places: the others stand further back.
        plan = plan.wider()
    shown = shown[: ask.limit]
    more = _more(reader, statement, candidates, ask, shown)
    return Ranking(
        hits=_hits(candidates.pool, shown, scored, more),
        verdict="none" if is_chance else "good",
        plans=candidates.plans,
    )


@dataclass(frozen=True, slots=True)
class _Scored:
    """Columns of a pool, and `places` in it: of what may be shown, the best first."""

    found: Mapping[str, Similarities]
    usual: Mapping[str, Background]
    score: Reals
    places: Ids
    looked_at: int


def _usual(looked_for: Sequence[Direction], samples: Sequence[Reals]) -> Mapping[str, Background]:
    return {
        direction.space.name: background(rows, direction.aim)
        for direction, rows in zip(looked_for, samples, strict=True)
    }


def _scored(
    pool: Pool,
    looked_for: Sequence[Direction],
    found: Mapping[str, Similarities],
    usual: Mapping[str, Background],
    ask: Ask,
) -> _Scored:
    score = fusing.scores(looked_for, found, usual)
    key = fusing.sort_key(looked_for, found, ask.fusion, score)
    places = fusing.eligible(looked_for, found)
    # Of equals what came last into the library.
    ordered = places[np.lexsort((-pool.ids[places], -key[places]))]
    shown = grouping.firsts(pool, ordered) if ask.is_grouped else ordered
    return _Scored(found, usual, score, shown, len(places))


def _found(
    reader: Reader, candidates: Candidates, looked_for: Sequence[Direction]
) -> Mapping[str, Similarities]:
    first = looked_for[0]
    told = candidates.similarities
    if told is None or not first.is_one:
        return similarities(reader, looked_for, candidates.pool)
    return {first.space.name: Similarities(aimed=told, shown=told)}


def _cut(looked_for: Sequence[Direction], scored: _Scored, *, is_cut: bool) -> tuple[bool, Ids]:
    """Whether nothing matches, and the places of what does; all of them where nothing does."""
    places = scored.places
    if not len(places):
        return True, places
    if not all(background.is_known for background in scored.usual.values()):
        return False, places
    falling = np.sort(scored.score[places])[::-1]
    deviation = cutting.deviation(looked_for)
    if cutting.is_chance(float(falling[0]), deviation, scored.looked_at):
        return True, places
    if is_cut:
        places = places[scored.score[places] >= cutting.least_score(falling, deviation)]
    return False, places


def _more(reader: Reader, images: str, candidates: Candidates, ask: Ask, shown: Ids) -> Ids:
    if not ask.is_grouped:
        return np.zeros(len(shown), dtype=np.int64)
    if candidates.is_whole:
        return grouping.more(candidates.pool, shown)
    own = [each.image_id for each in ask.examples if each.image_id is not None]
    return grouping.counted(reader, images, candidates.pool, shown, own)


def _hits(pool: Pool, places: Ids, scored: _Scored, more: Ids) -> tuple[Hit, ...]:
    columns = {name: each.shown[places].tolist() for name, each in scored.found.items()}
    parts: list[dict[str, float]] = [{} for _ in places]
    for name, column in columns.items():
        for part, similarity in zip(parts, column, strict=True):
            if similarity == similarity:  # NaN where it has no vector
                part[name] = similarity
    scores = scored.score[places].tolist()
    rows = zip(pool.ids[places].tolist(), scores, parts, more.tolist(), strict=True)
    return tuple(Hit(*row) for row in rows)
