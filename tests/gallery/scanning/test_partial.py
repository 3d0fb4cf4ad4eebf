"""What the watcher asks for: a few folders that changed, and nothing else looked at."""

import shutil
from pathlib import Path

import pytest

from gallery.models import Folder, Image, LibraryRoot
from gallery.scanning import quick, reachability
from gallery.scanning.merging import Merged
from gallery.scanning.reachability import RootOffline
from tests import pictures
from tests.gallery.scanning.conftest import Progress, look, names


@pytest.fixture
def scanned_root(root, library_folder) -> LibraryRoot:
    for name in ("a.png", "sub/b.png", "sub/deep/c.png", "other/d.png"):
        pictures.png(library_folder / name)
    look(root)
    return root


def look_into(root: LibraryRoot, *folders: str, **options) -> quick.QuickScan:
    return quick.scan_folders(root, folders, Progress(), **options)


def test_only_the_folders_asked_for_are_listed(scanned_root, library_folder):
    for name in ("new.png", "sub/new.png", "sub/deep/new.png", "other/new.png"):
        pictures.png(library_folder / name)
    found = look_into(scanned_root, "sub")
    assert found.merged == Merged(new=1)
    assert names(scanned_root) == {
        "a.png",
        "sub/b.png",
        "sub/new.png",
        "sub/deep/c.png",
        "other/d.png",
    }
    assert found.touched == {Folder.objects.get(path="sub").pk}
    assert look_into(scanned_root, "", "sub/deep", "other").merged == Merged(new=3)
    assert look(scanned_root).merged == Merged()


def test_what_changed_and_what_is_gone_in_them_is_seen(scanned_root, library_folder):
    pictures.png(library_folder / "sub" / "b.png", size=(300, 200))
    (library_folder / "other" / "d.png").unlink()
    assert look_into(scanned_root, "sub", "other").merged == Merged(changed=1, vanished=1)
    assert names(scanned_root, is_available=False) == {"other/d.png"}


def test_new_folders_are_taken_with_all_below(scanned_root, library_folder):
    pictures.png(library_folder / "sub" / "x" / "y" / "z" / "1.png")
    pictures.png(library_folder / "sub" / "x" / "2.png")
    assert look_into(scanned_root, "sub").merged.new == 2
    assert Folder.objects.get(path="sub/x/y/z").parent.parent.path == "sub/x"
    assert look_into(scanned_root, "sub/x", "sub/x/y").merged == Merged()


def test_a_new_folder_may_be_asked_for_itself(scanned_root, library_folder):
    pictures.png(library_folder / "fresh" / "in" / "1.png")
    assert look_into(scanned_root, "fresh/in", "fresh").merged.new == 1
    assert names(scanned_root) >= {"fresh/in/1.png"}


def test_folders_that_are_gone_take_all_below_along(scanned_root, library_folder):
    shutil.rmtree(library_folder / "sub")
    assert look_into(scanned_root, "sub").merged.vanished == 2
    assert names(scanned_root, is_available=False) == {"sub/b.png", "sub/deep/c.png"}
    assert {f.path for f in Folder.objects.filter(is_available=False)} == {"sub", "sub/deep"}


def test_a_folder_that_is_gone_is_noticed_from_above(scanned_root, library_folder):
    shutil.rmtree(library_folder / "sub" / "deep")
    assert look_into(scanned_root, "sub").merged.vanished == 1
    assert names(scanned_root, is_available=True) == {"a.png", "sub/b.png", "other/d.png"}


def test_a_folder_that_came_back_is_taken_as_it_was(scanned_root, library_folder):
    Image.objects.update(rating=6)
    aside = shutil.move(library_folder / "sub", library_folder.parent / "aside")
    look_into(scanned_root, "")
    shutil.move(aside, library_folder / "sub")
    assert look_into(scanned_root, "").merged == Merged(changed=2)
    assert names(scanned_root, is_available=True, rating=6) == names(scanned_root)


def test_a_folder_that_became_a_link_is_gone(scanned_root, library_folder):
    shutil.move(library_folder / "sub", library_folder.parent / "outside")
    (library_folder / "sub").symlink_to(library_folder.parent / "outside")
    look_into(scanned_root, "sub", "sub/deep")
    assert names(scanned_root, is_available=True) == {"a.png", "other/d.png"}


@pytest.mark.parametrize(
    "folder", ["..", "../library", "sub/../other", "/etc", ".hidden", "sub/.hidden/x", "//"]
)
def test_what_a_scan_would_never_enter_is_not_entered(scanned_root, library_folder, folder):
    pictures.png(library_folder / ".hidden" / "1.png")
    pictures.png(library_folder / "sub" / ".hidden" / "x" / "1.png")
    pictures.png(library_folder / "other" / "new.png")
    assert look_into(scanned_root, folder).merged == Merged()


def test_files_that_are_still_written_are_left(scanned_root, library_folder):
    pictures.png(library_folder / "sub" / "growing.png")
    pictures.png(library_folder / "sub" / "ready.png")
    pictures.png(library_folder / "sub" / "b.png", size=(300, 200))
    pictures.png(library_folder / "fresh" / "growing.png")
    pictures.png(library_folder / "fresh" / "ready.png")
    before = Image.objects.get(name="b.png").size
    left = {"sub": {"growing.png", "b.png"}, "fresh": {"growing.png"}}
    found = look_into(scanned_root, "sub", "fresh", unsettled=left)
    assert (found.merged, found.problems) == (Merged(new=2), [])
    assert Image.objects.get(name="b.png").size == before
    assert names(scanned_root, is_available=True) >= {"sub/ready.png", "sub/b.png"}
    assert not Image.objects.filter(name="growing.png").exists()
    assert Folder.objects.get(path="sub").image_count == 2
    # The digest tells of the files that were left, so that any later look takes them.
    assert look(scanned_root).merged == Merged(new=2, changed=1)


def test_an_offline_root_changes_nothing(scanned_root, library_folder):
    shutil.rmtree(library_folder)
    with pytest.raises(RootOffline):
        look_into(scanned_root, "sub")
    assert not Image.objects.filter(is_available=False).exists()


def test_a_drive_that_goes_meanwhile_takes_nothing_along(scanned_root, library_folder, monkeypatch):
    look_at = reachability._look

    def unmount(root):
        seen = look_at(root)
        if library_folder.exists():
            library_folder.rename(library_folder.parent / "aside")
        return seen

    monkeypatch.setattr(reachability, "_look", unmount)
    with pytest.raises(RootOffline):
        look_into(scanned_root, "sub")
    assert not Image.objects.filter(is_available=False).exists()


def test_it_is_no_whole_scan(scanned_root):
    before = scanned_root.scanned_at
    look_into(scanned_root, "sub")
    scanned_root.refresh_from_db()
    assert scanned_root.scanned_at == before


def test_it_asks_the_same_few_questions_however_many_folders(
    root, library_folder: Path, django_assert_max_num_queries
):
    for n in range(30):
        pictures.png(library_folder / f"{n}" / "1.png")
    look(root)
    look(root)
    with django_assert_max_num_queries(6):
        look_into(root, *(f"{n}" for n in range(30)))
