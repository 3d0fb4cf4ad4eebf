"""Groups around the best image, never chains."""

import numpy as np
import pytest

from gallery.duplicates import linkage
from gallery.duplicates.linkage import Links


def links(*pairs: tuple[int, int, float]) -> Links:
    a, b, distances = (np.array(column) for column in zip(*pairs, strict=True))
    return Links.of(a, b, distances.astype(np.float32))


def grouped(found) -> list[list[int]]:
    return [[each.keeper, *each.others] for each in found]


def test_a_chain_does_not_become_one_group():
    chain = links(*((n, n + 1, 2.0) for n in range(9)))
    assert grouped(linkage.groups(chain, {})) == [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]


def test_the_best_takes_all_that_are_near_it():
    found = linkage.groups(links((3, 0, 4.0), (1, 3, 1.0), (0, 5, 2.0), (5, 7, 1.0)), {})
    assert grouped(found) == [[0, 3, 5]]
    assert found[0].distances == [4.0, 2.0]


@pytest.mark.parametrize("seed", range(20))
def test_each_is_within_the_limit_of_its_keeper_and_in_one_group(seed):
    rng = np.random.default_rng(seed)
    places = rng.random((60, 2))
    gaps = np.linalg.norm(places[:, None] - places[None], axis=2)
    a, b = np.nonzero(np.triu(gaps < 0.15, 1))
    found = linkage.groups(Links.of(a, b, gaps[a, b].astype(np.float32)), {})
    members = [one for group in grouped(found) for one in group]
    assert len(members) == len(set(members))
    for group in found:
        assert all(gaps[group.keeper, other] < 0.15 for other in group.others)
        assert group.keeper < min(group.others)
    alone = set(range(60)).difference(one for group in found for one in group.others)
    assert all(gaps[x, y] >= 0.15 for x in alone for y in alone if x != y), "keepers are apart"


def test_what_was_said_to_be_no_duplicates_stays_apart():
    every = links((0, 1, 1.0), (0, 2, 1.0), (1, 2, 1.0))
    both = {0: frozenset({7}), 1: frozenset({7})}
    assert grouped(linkage.groups(every, both)) == [[0, 2]]
    others = {1: frozenset({7}), 2: frozenset({7})}
    assert grouped(linkage.groups(every, others)) == [[0, 1]]
    assert grouped(linkage.groups(every, {0: frozenset({7}), 1: frozenset({8})})) == [[0, 1, 2]]
