"""Folders that are excluded or archived stay so wherever they are moved to."""

import shutil

import pytest

from gallery.models import Folder, Image
from gallery.services import folders
from tests import pictures
from tests.gallery.scanning.conftest import look, names, root
from tests.gallery.scanning.moving import (
    assert_folders_add_up,
    other_root,
    picture,
    ratings,
    scan,
)

__all__ = ["other_root", "root"]


@pytest.fixture
def tree(root, library_folder):
    for n, name in enumerate(("p/q/1.png", "p/q/deep/2.png", "p/3.png", "top.png")):
        picture(library_folder / name, n)
    scan(root)
    for image in Image.objects.all():
        Image.objects.filter(pk=image.pk).update(rating=int(image.name == "1.png") + 5)
    return root


def treat(root, path, treatment):
    folders.treat(folders.find(root, path), treatment)
    look(root)


def treated() -> dict[str, str]:
    return dict(Folder.objects.exclude(treatment="").values_list("path", "treatment"))


@pytest.mark.parametrize(
    ("was", "now", "place"),
    [
        ("p/q", "p/r", "p/r"),
        ("p", "z", "z/q"),
        ("p/q", "new/q", "new/q"),
        ("p", "x/y/p", "x/y/p/q"),
    ],
)
def test_an_excluded_tree_stays_excluded(tree, library_folder, was, now, place):
    treat(tree, "p/q", "exclude_tree")
    before = names(tree, is_available=True)
    assert len(before) == 2
    (library_folder / now).parent.mkdir(parents=True, exist_ok=True)
    (library_folder / was).rename(library_folder / now)
    scan(tree)
    assert treated() == {place: "exclude_tree"}
    assert len(names(tree, is_available=True)) == 2
    assert_folders_add_up()
    look(tree)
    assert len(names(tree, is_available=True)) == 2
    treat(tree, place, "")
    scan(tree)
    assert ratings(is_available=True)[f"{place}/1.png"] == 6
    assert Image.objects.count() == 4


def test_an_archived_folder_stays_archived(tree, library_folder):
    treat(tree, "p/q", "archive")
    (library_folder / "p").rename(library_folder / "z")
    scan(tree)
    assert treated() == {"z/q": "archive"}
    (library_folder / "z/q/1.png").unlink()
    scan(tree)
    assert Image.objects.get(name="1.png").is_available
    assert Image.objects.get(name="1.png").rating == 6


def test_into_another_root(tree, other_root, library_folder):
    treat(tree, "p/q", "exclude_tree")
    shutil.move(library_folder / "p" / "q", other_root.disk_path / "q")
    scan(tree, other_root)
    assert treated() == {"q": "exclude_tree"}
    assert names(other_root, is_available=True) == set()


def test_what_is_taken_out_of_it_is_not_excluded(tree, library_folder):
    treat(tree, "p/q", "exclude_tree")
    (library_folder / "p/q/1.png").rename(library_folder / "p/1.png")
    scan(tree)
    assert treated() == {"p/q": "exclude_tree"}
    assert "p/1.png" in names(tree, is_available=True)


def test_a_folder_that_was_there_before_is_not_excluded(tree, library_folder):
    treat(tree, "p/q", "exclude_tree")
    Image.objects.update(first_seen_at="2026-01-01T00:00Z")
    for path in (library_folder / "p" / "q").iterdir():
        path.rename(library_folder / "p" / path.name)
    (library_folder / "p" / "q").rmdir()
    scan(tree)
    assert treated() == {"p/q": "exclude_tree"}
    assert len(names(tree, is_available=True)) == 4


def test_where_its_images_went_apart_nobody_knows(tree, library_folder):
    treat(tree, "p/q", "exclude_tree")
    (library_folder / "one").mkdir()
    (library_folder / "p/q/1.png").rename(library_folder / "one/1.png")
    (library_folder / "p/q").rename(library_folder / "two")
    pictures.png(library_folder / "two" / "new.png")
    scan(tree)
    assert treated() == {"p/q": "exclude_tree"}
    assert len(names(tree, is_available=True)) == 5
