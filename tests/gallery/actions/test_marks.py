import pytest

from dtoolkit.core.errors import BadInput, Conflict
from gallery.models import HistoryEntry, Image
from gallery.services import history
from tests.factories import ImageFactory


def ratings(images):
    found = Image.objects.in_bulk([image.pk for image in images])
    return [found[image.pk].rating for image in images]


def test_many_are_rated_and_each_gets_its_own_rating_back(images, perform):
    for image, rating in zip(images, (None, 3, 3, 8), strict=True):
        Image.objects.filter(pk=image.pk).update(rating=rating)
    entry = perform("rate", images, value="8")
    assert ratings(images) == [8, 8, 8, 8]
    assert entry.sentence == "3 images rated 8"
    history.undo(entry)
    assert ratings(images) == [None, 3, 3, 8]
    history.redo(entry)
    assert ratings(images) == [8, 8, 8, 8]


def test_undo_leaves_what_was_changed_since_and_says_so(images, perform):
    entry = perform("rate", images, value="8")
    perform("rate", images[:1], value="2")
    undone = history.undo(entry)
    assert ratings(images) == [2, None, None, None]
    assert (undone.state, undone.refused_count) == ("undone", 1)
    assert undone.refused == [[images[0].pk, "was changed since"]]


def test_two_tabs_that_undo_at_once_undo_once(images, perform):
    entry = perform("rate", images, value="8")
    stale = HistoryEntry.objects.get(pk=entry.pk)
    history.undo(entry)
    perform("rate", images, value="5")
    with pytest.raises(Conflict, match="undone already"):
        history.undo(stale)
    assert ratings(images) == [5, 5, 5, 5]


def test_undo_and_redo_walk_the_history(images, perform):
    collection = images[0].collection
    perform("rate", images, value="8")
    perform("favourite", images, value="1")
    history.undo(history.latest_to_undo(collection))
    assert not Image.objects.favourites().exists()
    history.undo(history.latest_to_undo(collection))
    assert history.latest_to_undo(collection) is None
    assert ratings(images) == [None] * 4
    history.redo(history.latest_to_redo(collection))
    assert ratings(images) == [8] * 4
    history.redo(history.latest_to_redo(collection))
    assert Image.objects.favourites().count() == 4
    assert history.latest_to_redo(collection) is None


def test_a_new_act_ends_what_could_be_done_again(images, perform):
    history.undo(perform("rate", images, value="8"))
    perform("nsfw", images, value="1")
    assert history.latest_to_redo(images[0].collection) is None


def test_what_was_so_already_is_no_history(images, perform):
    perform("favourite", images, value="1")
    perform("favourite", images, value="1")
    assert HistoryEntry.objects.count() == 1


def test_a_person_decides_what_is_nsfw(images, perform):
    perform("nsfw", images[:1], value="1")
    image = Image.objects.get(pk=images[0].pk)
    assert image.is_nsfw and image.is_nsfw_said


def test_that_an_image_stays_what_it_is_is_a_decision_too(images, perform):
    entry = perform("nsfw", images[:2], value="0")
    assert Image.objects.filter(is_nsfw=False, is_nsfw_said=True).count() == 2
    perform("nsfw", images[:2], value="0")
    assert HistoryEntry.objects.get() == entry
    history.undo(entry)
    assert not Image.objects.filter(is_nsfw=True).exists()


def test_an_image_that_is_gone_is_passed_over(images, perform):
    gone = images[0]
    pk = gone.pk
    gone.delete()
    gone.pk = pk
    assert perform("rate", images, value="8").image_count == 3


def test_images_of_another_collection_are_not_touched(images, perform):
    from tests.factories import CollectionFactory, FolderFactory, LibraryRootFactory

    root = LibraryRootFactory(collection=CollectionFactory(slug="other"))
    stranger = ImageFactory(folder=FolderFactory(root=root))
    perform("rate", [images[0], stranger], value="8")
    stranger.refresh_from_db()
    assert stranger.rating is None


@pytest.mark.parametrize("value", ["0", "11", "-1", "x", "1e1", "٣", "1" * 5000])
def test_a_rating_that_is_none_is_refused(images, perform, value):
    with pytest.raises(BadInput, match="1 to 10"):
        perform("rate", images, value=value)
    assert ratings(images) == [None] * 4
