"""Folders that are renamed while a scan looks at them: nothing is lost, and the next scan knows."""

import pytest

from gallery.models import Image
from gallery.scanning import deep, moves, reading, walking
from tests.gallery.scanning.conftest import Progress, look, names, read
from tests.gallery.scanning.moving import assert_folders_add_up, ratings, scan, three

__all__ = ["three"]


@pytest.fixture
def meanwhile(monkeypatch):
    """Does something once, when the file of that name is looked at by the walk, or is read."""

    def when(name, act):
        done = []

        def once(found):
            if found == name and not done:
                done.append(True)
                act()

        look_at, read_file = walking._look_at, reading.Reader.read

        def look_at_it(item, *args):
            once(item.name)
            look_at(item, *args)

        def read_it(self, target, *args):
            once(target.name)
            return read_file(self, target, *args)

        monkeypatch.setattr(walking, "_look_at", look_at_it)
        monkeypatch.setattr(reading.Reader, "read", read_it)

    return when


def test_renamed_before_the_walk_came_to_it(three, library_folder, meanwhile):
    before = set(Image.objects.values_list("pk", flat=True))
    meanwhile("one.png", lambda: (library_folder / "b").rename(library_folder / "c"))
    scan(three)
    assert names(three, is_available=True) == {"a/one.png", "a/two.png", "b/three.png"}
    scan(three)
    assert ratings() == {"a/one.png": 1, "a/two.png": 2, "c/three.png": 3}
    assert set(Image.objects.values_list("pk", flat=True)) == before
    assert_folders_add_up()


def test_moved_to_where_the_walk_was_still_to_come(three, library_folder, meanwhile):
    before = set(Image.objects.values_list("pk", flat=True))
    meanwhile("two.png", lambda: (library_folder / "a").rename(library_folder / "b" / "a"))
    scan(three)
    assert ratings() == {"b/a/one.png": 1, "b/a/two.png": 2, "b/three.png": 3}
    assert set(Image.objects.values_list("pk", flat=True)) == before
    scan(three)
    assert names(three, is_available=True) == {"b/a/one.png", "b/a/two.png", "b/three.png"}
    assert_folders_add_up()


def test_renamed_while_it_is_read(three, library_folder, meanwhile):
    before = set(Image.objects.values_list("pk", flat=True))
    meanwhile("one.png", lambda: (library_folder / "a").rename(library_folder / "c"))
    deep.scan(sorted(before), Progress())
    moves.settle(is_last=True)
    assert names(three, is_available=False) == {"a/one.png", "a/two.png"}
    scan(three)
    assert ratings() == {"c/one.png": 1, "c/two.png": 2, "b/three.png": 3}
    assert set(Image.objects.values_list("pk", flat=True)) == before
    look(three)
    read(three)
    assert_folders_add_up()
