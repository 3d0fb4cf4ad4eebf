"""What is said of images before their files are read follows them as well."""

import os

import pytest

from dtoolkit.jobs.services.runner import run_inline
from gallery.models import Caption, Image, ImageTag, Tag
from gallery.scanning import moves
from gallery.services.roots import start_scan
from tests.gallery.scanning.conftest import look, names, read, root
from tests.gallery.scanning.moving import assert_folders_add_up, picture, ratings, scan

__all__ = ["root"]


@pytest.fixture
def listed(root, library_folder):
    """Visible, and nothing of it read."""
    for n in range(3):
        picture(library_folder / "a" / f"{n}.png", n)
    look(root)
    for n in range(3):
        Image.objects.filter(name=f"{n}.png").update(rating=n + 1)
    return root


def test_a_tree_renamed_before_it_was_read(listed, library_folder):
    before = set(Image.objects.values_list("pk", flat=True))
    one = Image.objects.get(name="1.png")
    ImageTag.objects.create(image=one, tag=Tag.objects.create(name="fox"), source="person")
    (library_folder / "a").rename(library_folder / "b")
    scan(listed)
    assert ratings() == {"b/0.png": 1, "b/1.png": 2, "b/2.png": 3}
    assert set(Image.objects.values_list("pk", flat=True)) == before
    one.refresh_from_db()
    assert (one.prompt.text, one.tags.get().tag.name) == ("a 1 on a hill", "fox")
    assert_folders_add_up()


def test_a_file_renamed_before_it_was_read(listed, library_folder):
    (library_folder / "a" / "1.png").rename(library_folder / "a" / "new.png")
    scan(listed)
    assert ratings() == {"a/0.png": 1, "a/new.png": 2, "a/2.png": 3}


@pytest.mark.parametrize("said", ["is_favourite", "is_nsfw", "note"])
def test_whatever_was_said(listed, library_folder, said):
    image = Image.objects.get(name="1.png")
    Image.objects.update(rating=None)
    if said == "note":
        Caption.objects.create(image=image, source="person", text="mine")
    else:
        Image.objects.filter(pk=image.pk).update(**{said: True})
    (library_folder / "a" / "1.png").rename(library_folder / "new.png")
    scan(listed)
    image.refresh_from_db()
    assert (image.name, image.is_available) == ("new.png", True)


def test_times_of_whole_seconds_say_little(listed, library_folder):
    for n in (1, 2):
        os.utime(library_folder / "a" / f"{n}.png", (1e9, 1e9))
    look(listed)
    (library_folder / "a" / "1.png").rename(library_folder / "a" / "new.png")
    (library_folder / "a" / "2.png").rename(library_folder / "2.png")
    scan(listed)
    assert ratings(is_available=True) == {"a/0.png": 1, "a/new.png": None, "2.png": 3}
    assert ratings(is_available=False) == {"a/1.png": 2}


def test_another_file_is_another(listed, library_folder):
    (library_folder / "a" / "1.png").unlink()
    picture(library_folder / "b" / "1.png", 7)
    scan(listed)
    assert ratings()["b/1.png"] is None
    assert names(listed, is_available=False) == {"a/1.png"}


def test_while_the_old_one_is_there_it_is_a_copy(listed, library_folder):
    old = library_folder / "a" / "1.png"
    (library_folder / "1.png").write_bytes(old.read_bytes())
    os.utime(library_folder / "1.png", ns=(1, old.stat().st_mtime_ns))
    look(listed)
    assert moves.settle_unread() == 0
    read(listed)
    assert moves.settle_unread() == 0
    assert (ratings()["1.png"], ratings()["a/1.png"]) == (None, 2)


def test_a_deep_scan_ends_with_it(listed, library_folder):
    (library_folder / "a").rename(library_folder / "b")
    run_inline(start_scan(listed), follow=True)
    assert ratings() == {"b/0.png": 1, "b/1.png": 2, "b/2.png": 3}
