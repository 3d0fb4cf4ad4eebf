import pytest

from dtoolkit.core.errors import BadInput
from gallery.models import Album, AlbumImage
from gallery.services import history


@pytest.fixture
def album(images):
    return Album.objects.create(collection=images[0].collection, name="Foxes")


def order(album):
    held = AlbumImage.objects.filter(album=album).order_by("position", "image_id")
    return list(held.values_list("image_id", flat=True))


def ids(images):
    return [image.pk for image in images]


def test_images_are_added_at_the_end_and_taken_out_by_undo(images, perform, album):
    perform("add-to-album", images[2:], album=str(album.pk))
    entry = perform("add-to-album", images, album=str(album.pk))
    assert order(album) == ids(images[2:]) + ids(images[:2])
    assert (entry.image_count, entry.sentence) == (2, "2 images added to Foxes")
    history.undo(entry)
    assert order(album) == ids(images[2:])


def test_who_comes_back_finds_the_place_it_had(images, perform, album):
    perform("add-to-album", images, album=str(album.pk))
    entry = perform("remove-from-album", images[1:3], album=str(album.pk))
    assert order(album) == [images[0].pk, images[3].pk]
    history.undo(entry)
    assert order(album) == ids(images)


def test_nothing_comes_back_to_an_album_that_is_gone(images, perform, album):
    perform("add-to-album", images, album=str(album.pk))
    entry = perform("remove-from-album", images, album=str(album.pk))
    album.delete()
    assert history.undo(entry).refused_count == 4


@pytest.mark.parametrize("album", ["", "x", "-1", "99999999", "9" * 30])
def test_an_album_that_is_none_is_refused(images, perform, album):
    with pytest.raises(BadInput, match="album"):
        perform("add-to-album", images, album=album)


def test_a_smart_album_takes_nothing_in(images, perform, album):
    Album.objects.filter(pk=album.pk).update(is_smart=True)
    with pytest.raises(BadInput):
        perform("add-to-album", images, album=str(album.pk))
