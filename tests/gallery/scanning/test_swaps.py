"""Contents that change places, or are replaced: what was said follows the picture."""

import os

import pytest

from gallery.models import Arrival, Image, ImageVersion
from gallery.scanning import deep
from tests.gallery.scanning.conftest import Progress, look
from tests.gallery.scanning.moving import picture, ratings, scan, three

__all__ = ["three"]


def test_two_names_swapped_swap_their_words(three, library_folder):
    one, two = library_folder / "a" / "one.png", library_folder / "a" / "two.png"
    keys = dict(Image.objects.values_list("name", "pk"))
    Image.objects.filter(name="one.png").update(thumbnail_version=1)
    one.rename(library_folder / "x")
    two.rename(one)
    (library_folder / "x").rename(two)
    scan(three)
    assert ratings() == {"a/one.png": 2, "a/two.png": 1, "b/three.png": 3}
    assert dict(Image.objects.values_list("name", "pk")) == {
        "one.png": keys["two.png"],
        "two.png": keys["one.png"],
        "three.png": keys["three.png"],
    }
    assert Image.objects.get(name="two.png").prompt.text == "a 0 on a hill"
    assert Image.objects.get(name="two.png").metadata.records != []
    assert not ImageVersion.objects.exists()
    assert not Arrival.objects.exists()
    assert look(three).merged.changed == 0


@pytest.mark.parametrize("batch", [1, 1000])
def test_places_taken_in_turn_go_round(three, library_folder, batch):
    """one → two → three → one, read in any order."""
    files = [library_folder / name for name in ("a/one.png", "a/two.png", "b/three.png")]
    for n, file in enumerate(files):
        file.rename(library_folder / f"aside{n}")
    for n in range(3):
        (library_folder / f"aside{n}").rename(files[(n + 1) % 3])
    look(three)
    for chunk in deep.chunks(deep.unread(Image.objects.all()), batch):
        deep.scan(chunk, Progress())
    assert ratings() == {"a/two.png": 1, "b/three.png": 2, "a/one.png": 3}
    assert not ImageVersion.objects.exists()


def test_a_chain_of_renames_follows(three, library_folder):
    """two → free, one → two: the first place is empty afterwards."""
    folder = library_folder / "a"
    (folder / "two.png").rename(folder / "free.png")
    (folder / "one.png").rename(folder / "two.png")
    scan(three)
    assert ratings() == {"a/two.png": 1, "a/free.png": 2, "b/three.png": 3}
    assert not ImageVersion.objects.exists()


def test_a_backup_of_an_edited_file_is_a_copy(three, library_folder):
    """The editor renames the old file and writes a new one: the path stays the image."""
    file = library_folder / "a" / "one.png"
    file.rename(library_folder / "a" / "one.bak.png")
    picture(file, 77)
    scan(three)
    assert ratings()["a/one.png"] == 1
    assert ratings()["a/one.bak.png"] is None
    assert ImageVersion.objects.get().image.name == "one.png"
    assert not Arrival.objects.exists()


def test_moved_onto_another_image(three, library_folder):
    """The one that came stays itself; what lay there is a version of it and fills gaps."""
    Image.objects.filter(name="two.png").update(is_favourite=True, is_for_deletion=True)
    one = Image.objects.get(name="one.png")
    was = Image.objects.get(name="two.png").fingerprint
    (library_folder / "a" / "one.png").replace(library_folder / "a" / "two.png")
    scan(three)
    image = Image.objects.get(name="two.png")
    assert (image.pk, image.rating, image.is_favourite) == (one.pk, 1, True)
    assert not image.is_for_deletion  # that was meant for another picture
    assert image.versions.get().fingerprint == was
    assert Image.objects.count() == 2


def test_a_touched_file_is_as_it_was(three, library_folder):
    Image.objects.update(thumbnail_version=1, phash=3)
    os.utime(library_folder / "a" / "one.png", (5, 5))
    scan(three)
    image = Image.objects.get(name="one.png")
    assert (image.rating, image.thumbnail_version, image.phash) == (1, 1, 3)
    assert not ImageVersion.objects.exists()
    assert not Arrival.objects.exists()


def test_touched_and_moved_before_it_was_read(three, library_folder):
    file = library_folder / "a" / "one.png"
    os.utime(file, (5, 5))
    look(three)
    file.rename(library_folder / "b" / "uno.png")
    scan(three)
    assert ratings() == {"b/uno.png": 1, "a/two.png": 2, "b/three.png": 3}
    assert not ImageVersion.objects.exists()


def test_replaced_content_is_a_new_version_of_the_same_image(three, library_folder):
    image = Image.objects.get(name="one.png")
    for n in (50, 51):
        picture(library_folder / "a" / "one.png", n)
        scan(three)
    after = Image.objects.get(name="one.png")
    assert (after.pk, after.rating) == (image.pk, 1)
    newer, older = after.versions.all()
    assert (older.fingerprint, older.size, older.width) == (image.fingerprint, image.size, 40)
    assert (older.prompt.text, older.seed) == ("a 0 on a hill", 0)
    assert (newer.prompt.text, newer.width) == ("a 50 on a hill", 90)


def test_replaced_twice_before_it_was_read_leaves_what_is_known(three, library_folder):
    for n in (50, 51, 52):
        picture(library_folder / "a" / "one.png", n)
        look(three)
    scan(three)
    assert ImageVersion.objects.get().width == 40


def test_replaced_between_quick_and_deep_scan(three, library_folder):
    image = Image.objects.get(name="one.png")
    picture(library_folder / "a" / "one.png", 60)
    deep.scan([image.pk], Progress())
    assert ImageVersion.objects.get().fingerprint == image.fingerprint
