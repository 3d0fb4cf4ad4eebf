"""Which images are looked at: all that the filter leaves, or the nearest in each space."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np

from embeddings.search import pools
from embeddings.search.asking import Ask
from embeddings.search.binary import Reals
from embeddings.search.directions import Direction
from embeddings.search.near_texts import near_texts
from embeddings.search.nearest import Near, Wish, nearest
from embeddings.search.planning import MOST_POOLED, Plan, Way
from embeddings.search.pools import Pool
from embeddings.search.reading import Read, Reader

_MOST_OF_A_TEXT = 50


@dataclass(frozen=True, slots=True)
class Candidates:
    """`is_whole` says that `pool` is all that the filter leaves. Where one space alone is asked,
    its index may have told the `similarities` to the direction's aim as well."""

    pool: Pool
    plans: dict[str, Way]
    is_whole: bool
    similarities: Reals | None = None


def gather(
    reader: Reader, images: str, directions: Sequence[Direction], ask: Ask, plan: Plan
) -> Candidates:
    """Of `images` (a statement with `pools.COLUMNS`), without the examples themselves."""
    found = _whole(reader, images, directions) if plan.way == "exact" else None
    if found is None:
        found = _nearest(reader, images, directions, ask, plan)
    if found is None:
        # Fewer than thought pass the filter, or the index gave up on the way to them.
        found = _whole(reader, images, directions)
    if found is None:
        found = _nearest(reader, images, directions, ask, plan.reading())
    if found is None:
        raise RuntimeError("Reading all of a space cannot give up.")
    own = [each.image_id for each in ask.examples if each.image_id is not None]
    places = np.flatnonzero(~np.isin(found.pool.ids, own))
    told = None if found.similarities is None else found.similarities[places]
    return Candidates(found.pool.take(places), found.plans, found.is_whole, told)


def _whole(reader: Reader, images: str, directions: Sequence[Direction]) -> Candidates | None:
    """None where they are too many to look at each."""
    some = f"{images} LIMIT {MOST_POOLED + 1}"
    pool = reader.read(pools.read(some, {}, is_described=_is_described(directions)))
    if len(pool) > MOST_POOLED:
        return None
    return Candidates(pool, {each.space.name: "exact" for each in directions}, is_whole=True)


def _nearest(
    reader: Reader, images: str, directions: Sequence[Direction], ask: Ask, plan: Plan
) -> Candidates | None:
    """None where an index gave fewer than there may be."""
    pulling = [each for each in directions if each.is_pulling]
    found = _near(reader, images, directions, ask, plan)
    if any(len(near.pool) < least for near, least in found):
        return None
    plans: dict[str, Way] = {each.space.name: "exact" for each in directions}
    plans |= {each.space.name: "index" for each in pulling if each.space.name in plan.indexed}
    if len(directions) == len(pulling) == 1:
        (near, _) = found[0]
        return Candidates(near.pool, plans, is_whole=False, similarities=near.similarities)
    return Candidates(reduce(or_, (near.pool for near, _ in found)), plans, is_whole=False)


def _near(
    reader: Reader, images: str, directions: Sequence[Direction], ask: Ask, plan: Plan
) -> list[tuple[Near, int]]:
    """What was found, and how much that must be where an index did not give up."""
    looked_in = [each for each in directions if each.is_pulling] or list(directions)
    texts = [each for each in looked_in if each.is_pulling and each.space.is_of_texts]
    together = _near_texts(images, texts, directions, ask, plan) if len(texts) > 1 else None
    single = [each for each in looked_in if together is None or each not in texts]
    asked = [_near_one(images, each, directions, ask, plan) for each in single]
    if together is None:
        return _answered(reader, asked)
    first, *others = _answered(reader, [together, *asked])
    near, least = first
    if len(near.pool) >= least:
        return [first, *others]
    # The nearest texts have too few images among these: each space is walked further.
    asked = [_near_one(images, each, directions, ask, plan) for each in texts]
    return _answered(reader, asked) + others


_Asked = tuple[Read[Near], int]


def _answered(reader: Reader, asked: Sequence[_Asked]) -> list[tuple[Near, int]]:
    found = reader.read_all([read for read, _ in asked])
    return [(near, least) for near, (_, least) in zip(found, asked, strict=True)]


def _near_one(
    images: str, direction: Direction, directions: Sequence[Direction], ask: Ask, plan: Plan
) -> _Asked:
    wish = _wish(direction, directions, ask, plan.many[direction.space.name])
    ef = plan.ef(direction, wish.each) if direction.is_pulling else None
    read = nearest(images, direction, wish, ef=ef, is_described=_is_described(directions))
    return read, 0 if ef is None else min(wish.many, wish.most)


def _near_texts(
    images: str,
    texts: Sequence[Direction],
    directions: Sequence[Direction],
    ask: Ask,
    plan: Plan,
) -> _Asked | None:
    """None where no index is walked."""
    wishes = [_wish(each, directions, ask, plan.many[each.space.name]) for each in texts]
    each = max(wish.each for wish in wishes)
    efs = {one.space.name: plan.ef(one, each) for one in texts}
    if not any(efs.values()):
        return None
    read = near_texts(
        images,
        texts,
        efs,
        each=each,
        most=max(wish.most for wish in wishes),
        is_described=_is_described(directions),
    )
    return read, max(wish.many for wish in wishes)


def _wish(direction: Direction, directions: Sequence[Direction], ask: Ask, many: int) -> Wish:
    """Where each prompt is shown once and nothing else tells its images apart, one will do."""
    if not ask.is_grouped:
        return Wish(many, many, many)
    if all(each.space.subject == "prompt" for each in directions):
        return Wish(many, 1, many)
    return Wish(many, _MOST_OF_A_TEXT, 2 * many)


def _is_described(directions: Sequence[Direction]) -> bool:
    return any(each.space.subject == "description" for each in directions)
