"""Results in which each stack is one image: the best that the result has of it."""

import pytest

from gallery.models import Image
from gallery.search import counting, results, stacks
from gallery.search.query import BadQuery, ResultQuery
from gallery.services import history, selections
from tests.gallery.kinship import HASH, look, make

__all__ = ["make"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(make) -> list[Image]:
    """Small and large are versions, all but the last are one idea; the last is alone."""
    small = make(seed=7, phash=HASH)
    large = make(seed=7, phash=HASH, width=1024, height=1536)
    sibling = make()
    alone = make(prompt=None)
    look(small)
    return [small, large, sibling, alone]


def shown(library: list[Image], **params: str) -> list[int]:
    """Which of the library, by number; the count says the same."""
    query = ResultQuery.from_params({**params, "sort": "created"}, library[0].collection)
    found = [image.pk for image in results.page(query).images]
    if params:  # else the folders' own counts tell
        assert counting.count(query).value == len(found)
    return [[image.pk for image in library].index(pk) for pk in found]


def test_off_by_default_and_then_by_versions_or_ideas(library):
    assert shown(library) == [0, 1, 2, 3]
    assert shown(library, stacks="versions") == [1, 2, 3]
    assert shown(library, stacks="ideas") == [1, 3]


def test_the_best_is_the_chosen_one_then_a_favourite_then_the_rating_then_pixels(library):
    small, large, sibling, _ = library
    Image.objects.filter(pk=sibling.pk).update(rating=3)
    assert shown(library, stacks="ideas") == [2, 3]
    Image.objects.filter(pk=small.pk).update(is_favourite=True)
    assert shown(library, stacks="ideas") == [0, 3]
    history.perform("stack-best", {}, selections.of_images(large.collection, [large.pk]))
    assert shown(library, stacks="ideas") == [1, 3]


def test_of_a_narrowed_result_the_best_that_it_has_is_shown(library):
    small, large, sibling, _ = library
    Image.objects.filter(pk__in=[small.pk, sibling.pk]).update(rating=8)
    Image.objects.filter(pk=large.pk).update(rating=9, is_for_deletion=True)
    assert shown(library, stacks="ideas") == [2, 3]
    assert shown(library, stacks="ideas", q="seed:7") == [0]
    assert shown(library, stacks="ideas", view="trash") == [1]


def test_pages_and_neighbours_go_over_the_shown_ones(library):
    query = ResultQuery.from_params(
        {"stacks": "versions", "sort": "created"}, library[0].collection
    )
    first = results.page(query, size=1)
    assert [image.pk for image in first.images] == [library[1].pk]
    second = results.page(query, cursor=first.next_cursor, size=1)
    assert [image.pk for image in second.images] == [library[2].pk]
    around = results.neighbours(query, library[2])
    assert around.previous and around.previous.pk == library[1].pk
    assert results.position(query, library[2]) == 2


def test_what_is_chosen_of_a_collapsed_result_are_the_best(library):
    query = ResultQuery.from_params({"stacks": "ideas"}, library[0].collection)
    chosen = selections.choose_all(selections.begin(query), query)
    assert set(selections.images(chosen)) == {library[1], library[3]}
    again = ResultQuery.from_params({"selection": str(chosen.token)}, library[0].collection)
    assert set(again.images()) == {library[1], library[3]}
    whole = selections.whole_stacks(chosen, query)
    assert set(selections.images(whole)) == set(library)


def test_what_was_left_out_of_a_whole_result_stays_out_with_its_stack(library):
    query = ResultQuery.from_params({"stacks": "ideas"}, library[0].collection)
    chosen = selections.choose_all(selections.begin(query), query)
    chosen = selections.pick(chosen, [library[1].pk], is_chosen=False)
    whole = selections.whole_stacks(chosen, query)
    assert set(selections.images(whole)) == {library[3]}


def test_single_images_grow_to_their_stacks(library):
    query = ResultQuery.from_params({"stacks": "versions"}, library[0].collection)
    chosen = selections.pick(selections.begin(query), [library[1].pk], is_chosen=True)
    whole = selections.whole_stacks(chosen, query)
    assert set(selections.images(whole)) == set(library[:2])


def test_a_tile_knows_how_many_there_are(library):
    ids = [image.pk for image in library]
    assert stacks.sizes(ids, "versions", 1000) == dict.fromkeys(ids[:2], 2)
    assert stacks.sizes(ids, "ideas", 1000) == dict.fromkeys(ids[:3], 3)
    Image.objects.filter(pk=ids[2]).update(is_available=False)
    assert stacks.sizes(ids, "ideas", 1000) == dict.fromkeys(ids[:3], 2)


def test_keywords_find_versions_siblings_and_roles(library):
    small, _, _, alone = library
    assert shown(library, q=f"versions:{small.pk}") == [0, 1]
    assert shown(library, q=f"idea:{small.pk}") == [0, 1, 2]
    assert shown(library, q=f"idea:{alone.pk}") == [3]
    assert shown(library, q="has:versions") == [0, 1]
    assert shown(library, q="no:idea") == [3]
    assert shown(library, q="made_as:upscaled") == [1]
    assert shown(library, q="no:made_as") == [0, 2, 3]
    with pytest.raises(BadQuery, match="number of an image"):
        shown(library, q="versions:this")


def test_counts_of_many_are_estimated(library, monkeypatch):
    monkeypatch.setattr(counting, "LIMIT_MS", 800)
    query = ResultQuery.from_params({"stacks": "ideas"}, library[0].collection)
    assert stacks.planned_count(query.uncollapsed(), "ideas") >= 0
