"""Missing is not deleted: while a root is away, nothing below it changes."""

import shutil

import pytest

from gallery.models import Folder, Image, LibraryRoot
from gallery.scanning import quick, reachability, walking
from gallery.scanning.reachability import RootOffline
from tests import pictures
from tests.gallery.scanning.conftest import look, names, read


@pytest.fixture
def scanned_root(root, library_folder) -> LibraryRoot:
    for name in ("a.png", "sub/b.png", "sub/deep/c.png"):
        pictures.png(library_folder / name)
    look(root)
    return root


def everything() -> list[object]:
    return [
        list(Image.objects.order_by("pk").values_list()),
        list(Folder.objects.order_by("pk").values_list()),
    ]


def assert_offline_and_untouched(root: LibraryRoot, message: str) -> None:
    before = everything()
    with pytest.raises(RootOffline, match=message):
        look(root)
    assert everything() == before
    root.refresh_from_db()
    assert root.offline_since is not None


def test_a_root_that_is_gone_changes_nothing(scanned_root, library_folder):
    shutil.rmtree(library_folder)
    assert_offline_and_untouched(scanned_root, "is offline: the folder is not there")


def test_an_empty_mount_point_changes_nothing(scanned_root, library_folder):
    shutil.rmtree(library_folder)
    library_folder.mkdir()
    assert_offline_and_untouched(scanned_root, "as when its drive is not mounted")


def test_a_root_that_became_a_file_changes_nothing(scanned_root, library_folder):
    shutil.rmtree(library_folder)
    library_folder.write_text("not a folder")
    assert_offline_and_untouched(scanned_root, "not a folder any more")


def test_a_root_that_may_not_be_read_changes_nothing(scanned_root, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(reachability.os, "scandir", refuse)
    assert_offline_and_untouched(scanned_root, "cannot be read .Permission denied")


def test_a_root_that_comes_back_is_online_and_as_it_was(scanned_root, library_folder):
    before = everything()
    aside = shutil.move(library_folder, library_folder.parent / "aside")
    with pytest.raises(RootOffline):
        look(scanned_root)
    shutil.move(aside, library_folder)
    look(scanned_root)
    scanned_root.refresh_from_db()
    assert scanned_root.offline_since is None
    assert everything()[0] == before[0]


def test_a_new_root_may_be_empty(root):
    assert look(root).files == 0
    root.refresh_from_db()
    assert root.offline_since is None


@pytest.mark.parametrize("files_a_batch", [1, 1000])
def test_a_drive_that_goes_while_it_is_walked_takes_nothing_along(
    scanned_root, library_folder, monkeypatch, files_a_batch
):
    """Unmounted in the middle: files listed a moment ago are not there when looked at."""
    monkeypatch.setattr(quick, "_BATCH_FILES", files_a_batch)
    look_at = walking._look_at
    aside = library_folder.parent / "aside"

    def unmount(*args):
        if not aside.exists():
            shutil.move(library_folder, aside)
            library_folder.mkdir()
            (library_folder / "lost+found").mkdir()
        look_at(*args)

    pictures.png(library_folder / "new.png")  # makes the first folder differ
    monkeypatch.setattr(walking, "_look_at", unmount)
    assert_offline_and_untouched(scanned_root, "went away while it was looked at")


def test_a_drive_that_goes_under_a_deep_scan_takes_nothing_along(scanned_root, library_folder):
    before = everything()
    shutil.rmtree(library_folder)
    with pytest.raises(RootOffline):
        read(scanned_root)
    assert everything() == before


def test_images_of_an_offline_root_are_not_read(scanned_root, library_folder):
    aside = library_folder.rename(library_folder.parent / "aside")
    with pytest.raises(RootOffline):
        look(scanned_root)
    read(scanned_root)
    assert names(scanned_root, is_available=True, read_version=None) == names(scanned_root)
    assert (aside / "a.png").exists()
