"""A result within a selection: what was selected is walked like any other result."""

import uuid

import pytest

from dtoolkit.core.errors import BadInput, NotFound
from gallery.models import Image, Selection
from gallery.search import counting, results
from gallery.search.query import ResultQuery
from gallery.services import selections
from tests.factories import FolderFactory, ImageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def images() -> list[Image]:
    folder = FolderFactory()
    return [ImageFactory(folder=folder, rating=number + 1) for number in range(6)]


def query_of(selection: Selection, **params: str) -> ResultQuery:
    given = {"selection": str(selection.token), **params}
    return ResultQuery.from_params(given, selection.collection)


def listed(query: ResultQuery) -> list[int]:
    return [image.pk for image in results.page(query).images]


def begin(images: list[Image], **params: str) -> Selection:
    return selections.begin(ResultQuery.from_params(params, images[0].collection))


def test_single_images_are_walked_in_the_order_of_the_result(images):
    selection = selections.pick(begin(images), [images[0].pk, images[3].pk], is_chosen=True)
    query = query_of(selection)
    assert listed(query) == [images[3].pk, images[0].pk]
    assert listed(query_of(selection, sort="created")) == [images[0].pk, images[3].pk]
    assert counting.count(query).value == 2
    assert results.neighbours(query, images[3]).next == images[0]


def test_one_that_was_rejected_meanwhile_stays_in_the_selection(images):
    selection = selections.pick(begin(images), [images[0].pk, images[3].pk], is_chosen=True)
    Image.objects.filter(pk=images[3].pk).update(is_for_deletion=True)
    assert listed(query_of(selection)) == [images[3].pk, images[0].pk]


def test_a_whole_result_but_for_some(images):
    within = ResultQuery.from_params({"rating": "3"}, images[0].collection)
    selection = selections.choose_all(begin(images), within)
    selection = selections.pick(selection, [images[4].pk], is_chosen=False)
    ImageFactory(folder=images[0].folder, rating=9)  # came later, and is not meant
    assert listed(query_of(selection)) == [images[5].pk, images[3].pk, images[2].pk]


def test_a_selection_within_itself_ends(images):
    selection = begin(images)
    selections.choose_all(selection, query_of(selection))
    assert len(listed(query_of(selection))) == 6


def test_an_unknown_one_and_nonsense_are_told_apart(images):
    collection = images[0].collection
    with pytest.raises(BadInput):
        ResultQuery.from_params({"selection": "all'; --"}, collection)
    with pytest.raises(NotFound):
        ResultQuery.from_params({"selection": str(uuid.uuid4())}, collection).images()


def test_the_address_says_the_selection_again(images):
    query = query_of(begin(images), sort="name")
    again = ResultQuery.from_params(query.to_params(), query.collection)
    assert again.selection == query.selection


def test_a_position_is_counted_from_the_first(images):
    query = ResultQuery.from_params({}, images[0].collection)
    assert [results.position(query, image) for image in reversed(images)] == [1, 2, 3, 4, 5, 6]
