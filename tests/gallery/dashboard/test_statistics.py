import math

import pytest

from gallery.dashboard import statistics
from gallery.dashboard.statistics import Sample


def sample(*ratings: int) -> Sample:
    return Sample(len(ratings), sum(ratings), sum(rating * rating for rating in ratings))


@pytest.mark.parametrize(
    ("freedom", "point"),
    [(1, 12.7062), (10, 2.2281), (11, 2.2010), (15, 2.1314), (30, 2.0423), (120, 1.9799)],
)
def test_students_t_is_that_of_the_tables(freedom, point):
    assert statistics.t(freedom) == pytest.approx(point, abs=2e-4)


def test_less_than_one_degree_of_freedom_tells_nothing():
    assert statistics.t(0.4) == math.inf


def test_a_mean_has_the_interval_of_the_textbook_and_half_a_step_more():
    found = statistics.mean(sample(4, 5, 6, 7, 8))
    half = 2.7764 * math.sqrt((2.5 + 1 / 12) / 5)
    assert found.value == 6
    assert found.high - found.value == pytest.approx(half, abs=1e-3)
    assert found.value - found.low == pytest.approx(half, abs=1e-3)


def test_of_one_rating_nothing_is_known():
    assert statistics.mean(sample(9)) == statistics.Estimate(9, 1, 10)


def test_equal_ratings_are_no_certainty():
    few, many = statistics.mean(sample(8, 8, 8)), statistics.mean(sample(*[8] * 100))
    assert few.high - few.low > 1
    assert 0 < many.high - many.low < 0.15


def test_intervals_end_where_the_scale_does():
    found = statistics.mean(sample(10, 10, 9))
    assert (found.low >= 1, found.high) == (True, 10)


def test_a_difference_is_welchs():
    high, low = sample(8, 9, 8, 9, 8, 9), sample(4, 6, 5, 7, 3, 5, 5)
    every = sample(8, 9, 8, 9, 8, 9, 4, 6, 5, 7, 3, 5, 5)
    assert every.without(high) == low
    found = statistics.difference(high, low)
    assert found is not None
    assert found.value == pytest.approx(3.5)
    assert 0 < found.low < 3.5 < found.high
    other = statistics.difference(low, high)
    assert other is not None
    assert (other.low, other.high) == pytest.approx((-found.high, -found.low))


def test_one_rating_is_compared_with_nothing():
    assert statistics.difference(sample(9), sample(1, 2, 3)) is None
