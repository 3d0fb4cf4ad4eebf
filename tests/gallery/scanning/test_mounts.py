"""Drives that are mounted below a root, and go: what was on them stays in the library."""

import os
import shutil

import pytest

from gallery.models import Arrival, Folder, Image, LibraryRoot
from gallery.scanning import deep, moves, quick
from gallery.services import roots
from tests import pictures
from tests.gallery.scanning.conftest import Progress, look, names, read


class Found:
    """As `os.stat` answers, on another device."""

    def __init__(self, real: os.stat_result) -> None:
        self._real, self.st_dev = real, real.st_dev + 1

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)


class Drive:
    """Mounted at `place` for whoever asks the system, until it is unplugged."""

    def __init__(self, place) -> None:
        self.place, self.aside = place, place.parent.with_name("unplugged")
        self.is_there = True
        self._stat = os.stat

    def stat(self, path, *args, **kwargs):
        real = self._stat(path, *args, **kwargs)
        is_on_it = str(path) == str(self.place) or str(path).startswith(f"{self.place}{os.sep}")
        return Found(real) if self.is_there and is_on_it else real

    def unplug(self) -> None:
        self.is_there = False
        self.place.rename(self.aside)
        self.place.mkdir()

    def plug(self) -> None:
        self.is_there = True
        self.place.rmdir()
        self.aside.rename(self.place)


@pytest.fixture
def drive(root, library_folder, monkeypatch) -> Drive:
    drive = Drive(library_folder / "drive")
    for module in ("walking", "reachability"):
        monkeypatch.setattr(f"gallery.scanning.{module}.os.stat", drive.stat)
    for n, name in enumerate(("a.png", "drive/b.png", "drive/sub/c.png")):
        pictures.a1111_png(library_folder / name, size=(40 + n, 30))
    look(root)
    read(root)
    Image.objects.update(rating=3)
    return drive


def test_it_is_known_as_a_drive(drive):
    found = dict(Folder.objects.values_list("path", "is_mount_point"))
    assert found == {"": False, "drive": True, "drive/sub": False}


def test_a_drive_without_images_of_its_own_is_known_too(root, library_folder, monkeypatch):
    drive = Drive(library_folder / "drive")
    monkeypatch.setattr("gallery.scanning.walking.os.stat", drive.stat)
    pictures.png(library_folder / "a.png")
    pictures.png(library_folder / "drive" / "sub" / "c.png")
    look(root)
    drive.unplug()
    look(root)
    assert names(root, is_available=True) == {"a.png", "drive/sub/c.png"}


def test_unplugged_nothing_of_it_is_called_gone(drive, root):
    drive.unplug()
    found = look(root)
    assert "could not read drive: Its drive is not mounted." in str(found)
    quick.scan_folders(root, ["", "drive", "drive/sub"], Progress())
    read(root, rebuild=True)
    assert names(root, is_available=True) == {"a.png", "drive/b.png", "drive/sub/c.png"}
    drive.plug()
    assert look(root).merged.vanished == 0


def test_unplugged_while_it_is_read(drive, root):
    ids = list(Image.objects.values_list("pk", flat=True))
    drive.unplug()
    deep.scan(ids, Progress())
    assert Image.objects.filter(is_available=True).count() == 3


def test_unplugged_nothing_moved_from_it_yet(drive, root, library_folder):
    other = library_folder.parent / "other"
    other.mkdir()
    there: LibraryRoot = roots.add(root.collection, other)
    shutil.copy2(library_folder / "drive" / "b.png", other / "b.png")
    drive.unplug()
    look(there)
    read(there)
    moves.settle(is_last=True)
    assert Image.objects.filter(name="b.png").count() == 2
    assert Arrival.objects.get().waits_for == root
    drive.plug()
    (library_folder / "drive" / "b.png").unlink()
    look(root)
    moves.settle(is_last=True)
    image = Image.objects.get(name="b.png")
    assert (image.folder.root, image.rating) == (there, 3)


def test_emptied_it_is_empty(drive, root, library_folder):
    shutil.rmtree(library_folder / "drive")
    (library_folder / "drive").mkdir()
    look(root)
    assert names(root, is_available=True) == {"a.png"}


def test_with_files_of_its_own_the_folder_is_one_like_others(drive, root, library_folder):
    drive.unplug()
    pictures.png(library_folder / "drive" / "new.png")
    look(root)
    assert names(root, is_available=True) == {"a.png", "drive/new.png"}
    assert not Folder.objects.get(path="drive").is_mount_point
