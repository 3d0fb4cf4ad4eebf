"""Folders that a person excludes, archives, and takes in again."""

import shutil

import pytest

from dtoolkit.core.errors import BadInput
from gallery.models import Folder, Image, Treatment
from gallery.scanning import quick
from gallery.services import folders
from tests import pictures
from tests.gallery.scanning.conftest import Progress, look, names, root

pytestmark = pytest.mark.django_db
__all__ = ["root"]


@pytest.fixture
def tree(root, library_folder):
    for name in ("top.png", "a/1.png", "a/b/2.png", "a/b/c/3.png", "d/4.png"):
        pictures.png(library_folder / name)
    look(root)
    Image.objects.update(rating=4)
    return root


def treat(root, path: str, treatment: str) -> quick.QuickScan:
    folders.treat(folders.find(root, path), treatment)
    return look(root)


def available(root) -> set[str]:
    return names(root, is_available=True)


def test_an_excluded_tree_leaves_the_library_and_comes_back_as_it_was(tree):
    found = treat(tree, "a", "exclude_tree")
    assert found.merged.vanished == 3
    assert "1 excluded folder not looked at" in str(found)
    assert available(tree) == {"top.png", "d/4.png"}
    assert set(Folder.objects.filter(path__startswith="a").values_list("image_count")) == {(0,)}
    assert look(tree).merged.vanished == 0
    treat(tree, "a", "")
    assert names(tree, is_available=True, rating=4) == names(tree)
    assert Folder.objects.get(path="a/b").image_count == 1


def test_without_its_tree_only_the_folder_itself_is_excluded(tree, library_folder):
    treat(tree, "a", "exclude")
    assert available(tree) == {"top.png", "a/b/2.png", "a/b/c/3.png", "d/4.png"}
    pictures.png(library_folder / "a" / "new.png")
    pictures.png(library_folder / "a" / "b" / "new.png")
    assert look(tree).merged.new == 1
    assert "a/new.png" not in names(tree)


def test_nothing_in_an_excluded_tree_is_indexed(tree, library_folder):
    treat(tree, "a", "exclude_tree")
    pictures.png(library_folder / "a" / "new" / "5.png")
    assert look(tree).files == 2
    quick.scan_folders(tree, ["a", "a/new", "a/b"], Progress())
    assert not Image.objects.filter(name="5.png").exists()
    assert available(tree) == {"top.png", "d/4.png"}


def test_archived_folders_stay_as_they_are_and_are_not_looked_at(tree, library_folder):
    treat(tree, "a", "archive_tree")
    pictures.png(library_folder / "a" / "new.png")
    (library_folder / "a" / "b" / "2.png").unlink()
    found = look(tree)
    assert "1 archived folder not looked at" in str(found)
    assert len(available(tree)) == 5
    shutil.rmtree(library_folder / "a")
    look(tree)
    quick.scan_folders(tree, ["", "a", "a/b"], Progress())
    assert len(available(tree)) == 5
    treat(tree, "a", "")
    assert available(tree) == {"top.png", "d/4.png"}


def test_without_its_tree_only_the_folder_itself_is_archived(tree, library_folder):
    treat(tree, "a", "archive")
    (library_folder / "a" / "1.png").unlink()
    (library_folder / "a" / "b" / "2.png").unlink()
    look(tree)
    assert names(tree, is_available=False) == {"a/b/2.png"}


def test_the_nearest_folder_that_decides_decides(tree, library_folder):
    treat(tree, "a", "exclude_tree")
    treat(tree, "a/b", "archive_tree")
    assert available(tree) == {"top.png", "d/4.png"}
    treat(tree, "a", "")
    treat(tree, "a/b", "")
    treat(tree, "a/b", "archive_tree")
    treat(tree, "a", "exclude_tree")
    # What was archived before stays in the library, whatever is excluded above.
    assert available(tree) == {"top.png", "a/b/2.png", "a/b/c/3.png", "d/4.png"}
    treat(tree, "a/b/c", "exclude")
    assert available(tree) == {"top.png", "a/b/2.png", "d/4.png"}


def test_the_top_folder_alone_may_be_excluded(tree):
    treat(tree, "", "exclude")
    assert available(tree) == {"a/1.png", "a/b/2.png", "a/b/c/3.png", "d/4.png"}
    with pytest.raises(BadInput, match="Remove it from the library"):
        treat(tree, "", "exclude_tree")


def test_a_whole_root_may_be_archived(tree, library_folder):
    treat(tree, "", "archive_tree")
    (library_folder / "top.png").unlink()
    pictures.png(library_folder / "new.png")
    assert look(tree).files == 0
    assert len(available(tree)) == 5


def test_an_excluded_folder_that_goes_and_comes_is_still_excluded(tree, library_folder):
    treat(tree, "a", "exclude_tree")
    aside = shutil.move(library_folder / "a", library_folder.parent / "aside")
    look(tree)
    shutil.move(aside, library_folder / "a")
    look(tree)
    assert available(tree) == {"top.png", "d/4.png"}
    assert Folder.objects.get(path="a").is_available  # so that it can be taken in again
    treat(tree, "a", "")
    assert len(available(tree)) == 5


def test_the_same_again_asks_for_no_scan(tree):
    folder = folders.find(tree, "a")
    assert folders.treat(folder, Treatment.ARCHIVE).kind == "quick_scan"
    assert folders.treat(folder, Treatment.ARCHIVE) is None


@pytest.mark.parametrize("typed", ["a/b", "/a/b/", "a\\b"])
def test_a_folder_is_found_as_a_person_types_it(tree, typed):
    assert folders.find(tree, typed).path == "a/b"


def test_what_is_unknown_is_refused(tree):
    with pytest.raises(BadInput, match="no folder that was found"):
        folders.find(tree, "nowhere")
    with pytest.raises(BadInput, match="treated as one of"):
        folders.treat(folders.find(tree, "a"), "burn")
