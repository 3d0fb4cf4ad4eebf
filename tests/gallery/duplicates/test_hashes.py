"""Near hashes against comparing each with each."""

import itertools

import numpy as np
import pytest

from gallery.duplicates import hashes


def made(count: int, seed: int, flips: int = 14) -> np.ndarray:
    """A third at random, each with two others around it that differ in up to `flips` bits."""
    rng = np.random.default_rng(seed)
    origins = rng.integers(0, 2**64, count // 3, dtype=np.uint64)
    found = [origins]
    for _ in range(2):
        near = origins.copy()
        for row in range(len(near)):
            for bit in rng.choice(64, rng.integers(1, flips), replace=False):
                near[row] ^= np.uint64(1) << np.uint64(bit)
        found.append(near)
    every = np.unique(np.concatenate(found))
    return rng.permutation(every)


def brute(values: np.ndarray, distance: int) -> set[tuple[int, int, int]]:
    bits = np.bitwise_count(values[:, None] ^ values[None, :])
    later, earlier = np.nonzero(np.tril(bits <= distance, -1))
    return set(zip(later.tolist(), earlier.tolist(), bits[later, earlier].tolist(), strict=True))


def found(values: np.ndarray, distance: int) -> set[tuple[int, int, int]]:
    columns = hashes.pairs(values, distance, lambda part: None)
    return set(zip(*(column.tolist() for column in columns), strict=True))


@pytest.mark.parametrize("distance", range(hashes.MOST_DISTANCE + 1))
def test_all_near_pairs_are_found_and_no_others(distance):
    for seed in range(3):
        values = made(240, seed + distance * 10)
        assert found(values, distance) == brute(values, distance)


def test_hashes_that_share_most_bits_are_found_too():
    """Skewed as real ones may be: all differ in a few of sixteen bits."""
    rng = np.random.default_rng(4)
    values = rng.permutation(
        np.unique(rng.integers(0, 2**16, 400, dtype=np.uint64) << np.uint64(9))
    )
    seen = found(values, 3)
    expected = brute(values, 3)
    assert seen <= expected
    of_one = {later: [] for later, _, _ in expected}
    for later, earlier, _ in sorted(expected):
        of_one[later].append(earlier)
    kept = {
        (later, earlier)
        for later, several in of_one.items()
        for earlier in several[: hashes.MOST_LINKS]
    }
    assert {(later, earlier) for later, earlier, _ in seen} == kept


def test_of_each_the_first_links_are_kept_however_often_they_are_gathered(monkeypatch):
    monkeypatch.setattr(hashes, "MOST_LINKS", 2)
    monkeypatch.setattr(hashes, "_MOST_WAITING", 1)
    values = np.arange(16, dtype=np.uint64)
    links = found(values, 4)
    assert {(later, earlier) for later, earlier, _ in links} == {
        (later, earlier) for later in range(1, 16) for earlier in range(min(2, later))
    }


@pytest.mark.parametrize("values", [[], [7]])
def test_fewer_than_two_have_no_pair(values):
    assert found(np.array(values, np.uint64), 6) == set()


def test_a_table_is_cut_so_that_chance_meetings_stay_few():
    for count, distance in itertools.product((10, 5000, 50_000, 1_000_000), (1, 2, 6, 12)):
        bands, equal = hashes.scheme(count, distance)
        assert bands - equal == distance
        assert 64 // bands * equal + count.bit_length() <= 65
    assert hashes.scheme(1_000_000, 6)[1] > hashes.scheme(5000, 6)[1]


def test_it_can_be_stopped_between_tables():
    class Stop(Exception):
        pass

    def tell(part: float) -> None:
        if part > 0.3:
            raise Stop

    with pytest.raises(Stop):
        hashes.pairs(made(90, 1), 6, tell)
