import numpy as np
import pytest

from embeddings.search import cutting
from embeddings.search.asking import Example
from gallery.models import Image


def test_what_matches_little_beside_the_best_is_left_out():
    falling = np.array([9.0] * 25 + [6.4, 6.2, 3.0, 0.0], dtype=np.float32)
    assert cutting.least_score(falling, 1.0) == pytest.approx(6.3)


def test_below_two_deviations_nothing_matches_whatever_the_best_is():
    falling = np.array([2.2] * 25 + [1.9, 0.0], dtype=np.float32)
    assert cutting.least_score(falling, 1.0) == 2.0


def test_a_near_duplicate_does_not_stand_alone():
    falling = np.array([12.0, *np.linspace(4, 1, 60)], dtype=np.float32)
    assert cutting.least_score(falling, 1.0) == falling[19]


def test_the_best_of_many_must_be_better_than_the_best_of_few():
    assert not cutting.is_chance(2.1, 1.0, 10)
    assert cutting.is_chance(2.1, 1.0, 100)
    assert cutting.is_chance(2.9, 1.0, 10**6)
    assert not cutting.is_chance(3.1, 1.0, 10**6)


def test_something_that_the_library_has_is_a_match(library):
    stored = library.vectors["clip_h"][Image.objects.first().pk]
    ranking = library.rank(Example("alike", {"clip_h": stored}), is_cut=True)
    assert ranking.verdict == "good"
    assert 20 <= len(ranking.hits) < 110


def test_where_a_filter_leaves_out_what_matches_nothing_does(library):
    example = library.example("clip_h")
    usual = library.rank(example).hits[60:]
    rest = Image.objects.filter(pk__in=[hit.image_id for hit in usual])
    ranking = library.rank(example, images=rest, is_cut=True)
    assert ranking.verdict == "none"
    assert ranking.hits == tuple(usual)
