import pytest

from dtoolkit.core.errors import BadInput, Conflict
from gallery.actions import album_order
from gallery.models import Album, AlbumImage, HistoryEntry, Image
from gallery.services import albums, history, selections
from tests.factories import CollectionFactory, FolderFactory, ImageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def images():
    return ImageFactory.create_batch(6, folder=FolderFactory())


@pytest.fixture
def collection(images):
    return images[0].collection


@pytest.fixture
def album(images, collection):
    album, _ = albums.make("Foxes", collection)
    albums.fill(album, selections.of_images(collection, [image.pk for image in images]))
    return album


def do(act, collection, /, **values):
    return history.perform_on(act, values, collection)


def order(album):
    entries = AlbumImage.objects.filter(album=album).order_by("position", "image")
    return list(entries.values_list("image", flat=True))


def pks(images, *numbers):
    return [images[number].pk for number in numbers]


def test_a_made_album_is_unmade_only_while_it_is_empty(collection, images):
    album, entry = albums.make("Foxes", collection)
    assert entry.sentence == "Album Foxes made"
    history.undo(entry)
    assert not Album.objects.exists()
    history.redo(entry)
    assert Album.objects.get().pk == album.pk
    albums.fill(album, selections.of_images(collection, [images[0].pk]))
    with pytest.raises(Conflict, match="holds 1 image by now"):
        history.undo(HistoryEntry.objects.get(pk=entry.pk))
    assert HistoryEntry.objects.get(pk=entry.pk).state == "done"


@pytest.mark.parametrize("name", ["", "  ", "x" * 10_000, "\0"])
def test_a_name_must_be_one(collection, name):
    with pytest.raises(BadInput):
        albums.make(name, collection)


def test_hostile_names_are_kept_and_shown_harmlessly(collection):
    album, entry = albums.make("<b>\u202efox</b>", collection)
    assert album.name == "<b>\u202efox</b>"
    assert entry.sentence == "Album <b>\ufffdfox</b> made"


def test_renaming_is_undone_and_a_name_is_not_taken_twice(collection, album):
    albums.make("Owls", collection)
    with pytest.raises(BadInput, match="called Owls already"):
        do("rename-album", collection, album=album.pk, name="Owls")
    entry = do("rename-album", collection, album=album.pk, name="Red foxes")
    assert entry.sentence == "Album Foxes renamed Red foxes"
    albums.make("Foxes", collection)
    with pytest.raises(Conflict, match="Another album is called Foxes by now"):
        history.undo(entry)
    Album.objects.filter(name="Foxes").delete()
    history.undo(HistoryEntry.objects.get(pk=entry.pk))
    album.refresh_from_db()
    assert album.name == "Foxes"


def test_a_deleted_album_comes_back_with_its_images_order_and_cover(collection, album, images):
    do("cover-album", collection, album=album.pk, cover=images[2].pk)
    do("arrange-album", collection, album=album.pk, ids=pks(images, 5), to="start")
    before = order(album)
    entry = do("delete-album", collection, album=album.pk)
    assert entry.sentence == "Album Foxes with 6 images deleted; the images stay"
    assert not Album.objects.exists() and Image.objects.count() == 6
    history.undo(entry)
    assert order(album) == before
    assert Album.objects.get().cover_id == images[2].pk
    history.redo(entry)
    assert not AlbumImage.objects.exists() and not Album.objects.exists()


def test_an_image_that_is_gone_is_missing_from_the_album_that_comes_back(collection, album, images):
    do("cover-album", collection, album=album.pk, cover=images[2].pk)
    entry = do("delete-album", collection, album=album.pk)
    images[2].delete()
    history.undo(entry)
    assert len(order(album)) == 5
    assert Album.objects.get().cover_id is None
    entry.refresh_from_db()
    assert entry.refused_count == 1


def test_an_album_of_another_collection_is_not_there(collection, album):
    other = CollectionFactory(slug="work", name="Work")
    with pytest.raises(Exception, match="no longer there"):
        do("delete-album", other, album=album.pk)


def test_a_cover_must_be_in_the_album(collection, album, images):
    stranger = ImageFactory(folder=images[0].folder)
    with pytest.raises(BadInput, match="not in this album"):
        do("cover-album", collection, album=album.pk, cover=stranger.pk)


def test_albums_are_put_in_another_order_and_back(collection, album):
    for name in ("Owls", "Mice"):
        albums.make(name, collection)
    names = lambda: [each.name for each in albums.of(collection)]  # noqa: E731
    assert names() == ["Foxes", "Owls", "Mice"]
    entry = do("order-albums", collection, album=album.pk, to="down")
    assert names() == ["Owls", "Foxes", "Mice"]
    do("order-albums", collection, album=album.pk, to="last")
    assert names() == ["Owls", "Mice", "Foxes"]
    albums.make("Hares", collection)
    history.undo(entry)
    assert names() == ["Foxes", "Owls", "Mice", "Hares"]


@pytest.mark.parametrize(
    ("moved", "to", "near", "expected"),
    [
        ((3,), "start", None, (3, 0, 1, 2, 4, 5)),
        ((1, 3), "end", None, (0, 2, 4, 5, 1, 3)),
        ((3,), "earlier", None, (0, 1, 3, 2, 4, 5)),
        ((3,), "later", None, (0, 1, 2, 4, 3, 5)),
        ((0,), "earlier", None, (0, 1, 2, 3, 4, 5)),
        ((1, 4), "earlier", None, (1, 4, 0, 2, 3, 5)),
        ((5,), "before", 2, (0, 1, 5, 2, 3, 4)),
        ((0, 1), "behind", 4, (2, 3, 4, 0, 1, 5)),
        ((0,), "behind", 5, (1, 2, 3, 4, 5, 0)),
        ((2,), "before", 2, (0, 1, 2, 3, 4, 5)),
    ],
)
def test_images_move_to_where_they_are_put(collection, album, images, moved, to, near, expected):
    values = {"ids": pks(images, *moved), "to": to, "near": near and images[near].pk}
    entry = do("arrange-album", collection, album=album.pk, **values)
    assert order(album) == pks(images, *expected)
    if entry.pk:
        history.undo(entry)
        assert order(album) == [image.pk for image in images]
        history.redo(entry)
        assert order(album) == pks(images, *expected)


def test_what_the_album_does_not_show_is_no_neighbour_to_pass(collection, album, images):
    Image.objects.filter(pk=images[2].pk).update(is_for_deletion=True)
    do("arrange-album", collection, album=album.pk, ids=pks(images, 3), to="earlier")
    assert order(album) == pks(images, 0, 3, 1, 2, 4, 5)


def test_a_hundred_moves_to_the_same_place_renumber_and_can_all_be_undone(
    collection, album, images
):
    entries = []
    for step in range(120):
        ids = pks(images, 2 + step % 2)
        entries.append(
            do("arrange-album", collection, album=album.pk, ids=ids, to="behind", near=images[0].pk)
        )
    assert order(album) == pks(images, 0, 3, 2, 1, 4, 5)
    assert any(entry.image_count > 1 for entry in entries)
    for entry in reversed(entries):
        history.undo(entry)
    assert order(album) == [image.pk for image in images]


def test_images_that_stand_in_one_place_are_told_apart(collection, album, images):
    AlbumImage.objects.filter(album=album).update(position=1)
    do(
        "arrange-album",
        collection,
        album=album.pk,
        ids=pks(images, 4),
        to="behind",
        near=images[0].pk,
    )
    assert order(album) == pks(images, 0, 4, 1, 2, 3, 5)


def test_an_image_moved_again_since_stays(collection, album, images):
    entry = do("arrange-album", collection, album=album.pk, ids=pks(images, 3), to="start")
    do("arrange-album", collection, album=album.pk, ids=pks(images, 3), to="end")
    history.undo(entry)
    assert order(album) == pks(images, 0, 1, 2, 4, 5, 3)
    entry.refresh_from_db()
    assert entry.refused_count == 1


def test_a_smart_album_has_the_order_of_its_search(collection, images):
    smart, _ = albums.make("Best", collection, smart={"rating": "8"})
    with pytest.raises(BadInput, match="order of its search"):
        do("arrange-album", collection, album=smart.pk, ids=pks(images, 0), to="start")


def test_too_many_at_once_are_refused(collection, album, images, monkeypatch):
    monkeypatch.setattr(album_order, "MOST_MOVED", 2)
    with pytest.raises(BadInput, match="At most 2 images"):
        do("arrange-album", collection, album=album.pk, ids=pks(images, 0, 1, 2), to="start")


def test_acts_on_albums_are_in_no_menu_of_images(collection, images):
    with pytest.raises(BadInput, match="not done to images"):
        history.perform("delete-album", {}, selections.of_images(collection, [images[0].pk]))
