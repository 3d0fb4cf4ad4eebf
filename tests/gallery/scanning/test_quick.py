import os
import shutil
from pathlib import Path

import pytest
from django.db import connection

from dtoolkit.core.errors import NotFound
from dtoolkit.jobs.kinds import JobCancelled
from gallery.models import Folder, Image, LibraryRoot, StageFailure
from gallery.scanning import quick, walking
from gallery.scanning.merging import Merged
from tests import pictures
from tests.gallery.scanning.conftest import Progress, look, names, read


def row_versions(root) -> dict[str, str]:
    """Where each row lies and who wrote it: any UPDATE changes both."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, ctid::text || xmin::text FROM gallery_image")
        return dict(cursor.fetchall())


class BrokenEntry:
    """A file on a bad sector: listed, but whoever looks at it gets an error."""

    def __init__(self, entry: os.DirEntry[str]) -> None:
        self.name = entry.name

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        return True

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        raise OSError(5, "Input/output error")


def touch(path: Path, mtime_ns: int) -> None:
    os.utime(path, ns=(mtime_ns, mtime_ns))


def test_pictures_are_found_with_true_size_and_times(root, library_folder):
    file = pictures.png(library_folder / "2026" / "may" / "cat.png")
    touch(file, 1_700_000_000_123_456_789)
    found = look(root)
    image = Image.objects.get()
    assert found.merged.new == 1
    assert image.relative_path == "2026/may/cat.png"
    assert image.disk_path == file
    assert image.collection == root.collection
    assert image.size == file.stat().st_size
    assert image.mtime_ns == 1_700_000_000_123_456_789
    assert image.modified_at.timestamp() == pytest.approx(1_700_000_000.123456, abs=1e-6)
    assert image.created_at <= image.modified_at
    assert image.is_available
    assert image.read_version is None


def test_only_pictures_that_are_not_hidden_count(root, library_folder):
    for name in ("a.png", "B.PNG", "c.Jpeg", "d.jpg", "e.webp"):
        pictures.png(library_folder / name)
    for name in (".hidden.png", ".trash/f.png", "notes.txt", "song.mp3", "png", "archive.png.zip"):
        pictures.png(library_folder / name)
    look(root)
    assert names(root) == {"a.png", "B.PNG", "c.Jpeg", "d.jpg", "e.webp"}


def test_folders_know_their_parents_and_how_many_images_they_hold(root, library_folder):
    pictures.png(library_folder / "a" / "b" / "1.png")
    pictures.png(library_folder / "a" / "b" / "2.png")
    look(root)
    leaf = Folder.objects.get(path="a/b")
    assert (leaf.name, leaf.depth, leaf.image_count) == ("b", 2, 2)
    assert (leaf.parent.path, leaf.parent.image_count) == ("a", 0)
    assert (leaf.parent.parent.path, leaf.parent.parent.parent) == ("", None)


def test_a_rescan_touches_only_what_changed(root, library_folder):
    for name in ("a.png", "b.png", "sub/c.png"):
        pictures.png(library_folder / name)
    look(root)
    before = row_versions(root)
    pictures.png(library_folder / "b.png", size=(200, 100))
    pictures.png(library_folder / "d.png")
    found = look(root)
    after = row_versions(root)
    assert (found.merged.new, found.merged.changed, found.merged.vanished) == (1, 1, 0)
    assert {name for name in before if before[name] != after[name]} == {"b.png"}


def test_a_folder_that_looks_as_before_is_passed_over(root, library_folder):
    pictures.png(library_folder / "a.png")
    look(root)
    Image.objects.update(size=1)
    assert look(root).merged.changed == 0
    assert look(root, rebuild=True).merged.changed == 1


def test_a_changed_file_loses_what_was_made_of_it_and_keeps_what_a_person_said(
    root, library_folder
):
    file = pictures.a1111_png(library_folder / "a.png")
    look(root)
    read(root)
    Image.objects.update(thumbnail_version=1, phash=7, rating=9, is_favourite=True, is_nsfw=True)
    StageFailure.objects.create(
        image=Image.objects.get(), stage="phash", version=1, reason="x", attempts=3
    )
    first = Image.objects.get()
    pictures.a1111_png(file, size=(300, 200))
    look(root)
    image = Image.objects.get()
    assert (image.read_version, image.fingerprint) == (None, None)
    assert (image.rating, image.is_favourite, image.is_nsfw) == (9, True, True)
    assert (image.pk, image.first_seen_at) == (first.pk, first.first_seen_at)
    assert not StageFailure.objects.exists()  # another file deserves another try
    read(root)
    image = Image.objects.get()
    assert (image.thumbnail_version, image.phash, image.rating) == (None, None, 9)


def test_a_vanished_file_becomes_unavailable_and_comes_back_as_it_was(root, library_folder):
    file = pictures.a1111_png(library_folder / "a.png")
    pictures.png(library_folder / "b.png")
    look(root)
    read(root)
    Image.objects.filter(name="a.png").update(rating=8)
    aside = shutil.move(file, library_folder.parent / "aside.png")
    found = look(root)
    assert found.merged.vanished == 1
    assert names(root, is_available=False) == {"a.png"}
    assert Folder.objects.get(path="").image_count == 1
    shutil.move(aside, file)
    look(root)
    image = Image.objects.get(name="a.png")
    assert (image.is_available, image.rating) == (True, 8)
    assert image.read_version is not None
    assert Folder.objects.get(path="").image_count == 2


def test_a_vanished_folder_takes_its_subtree_along_and_brings_it_back(root, library_folder):
    pictures.png(library_folder / "stays.png")
    pictures.png(library_folder / "a" / "1.png")
    pictures.png(library_folder / "a" / "b" / "2.png")
    look(root)
    aside = shutil.move(library_folder / "a", library_folder.parent / "aside")
    assert look(root).merged.vanished == 2
    assert names(root, is_available=True) == {"stays.png"}
    assert {f.path for f in Folder.objects.filter(is_available=False)} == {"a", "a/b"}
    assert Folder.objects.get(path="a/b").image_count == 0
    shutil.move(aside, library_folder / "a")
    look(root)
    assert names(root, is_available=False) == set()
    assert not Folder.objects.filter(is_available=False).exists()
    assert Folder.objects.get(path="a/b").image_count == 1


def test_a_folder_without_images_of_its_own_is_available_again_with_its_subtree(
    root, library_folder
):
    pictures.png(library_folder / "stays.png")
    pictures.png(library_folder / "a" / "b" / "1.png")
    look(root)
    aside = shutil.move(library_folder / "a", library_folder.parent / "aside")
    look(root)
    shutil.move(aside, library_folder / "a")
    look(root)
    assert Folder.objects.get(path="a").is_available


def test_a_folder_that_can_not_be_listed_keeps_all_below_it(root, library_folder, monkeypatch):
    pictures.png(library_folder / "a" / "1.png")
    pictures.png(library_folder / "a" / "b" / "2.png")
    pictures.png(library_folder / "c" / "3.png")
    look(root)
    pictures.png(library_folder / "c" / "4.png")
    shutil.rmtree(library_folder / "a" / "b")
    scandir = os.scandir

    def refuse(path):
        if Path(path).name == "a":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = look(root)
    assert found.problems == [("a", "Permission denied")]
    assert "could not read a: Permission denied" in str(found)
    assert names(root, is_available=True) == {"a/1.png", "a/b/2.png", "c/3.png", "c/4.png"}


def test_a_file_that_can_not_be_looked_at_stays_as_it_is_and_hides_no_other(
    root, library_folder, monkeypatch
):
    pictures.png(library_folder / "bad.png")
    look(root)
    pictures.png(library_folder / "good.png")
    look_at = walking._look_at

    def fail(item, *args):
        item = BrokenEntry(item) if item.name == "bad.png" else item
        return look_at(item, *args)

    monkeypatch.setattr(walking, "_look_at", fail)
    found = look(root)
    assert names(root, is_available=True) == {"bad.png", "good.png"}
    assert "Input/output error" in str(found)


def test_more_than_a_batch_is_merged_in_batches(root, library_folder, monkeypatch):
    monkeypatch.setattr(quick, "_BATCH_FILES", 3)
    monkeypatch.setattr(quick, "_GROUP_FILES", 1)
    for folder in "abc":
        for n in range(2):
            pictures.png(library_folder / folder / f"{n}.png")
    assert look(root).merged.new == 6
    assert look(root).merged.new == 0
    assert len(names(root)) == 6


def test_a_cancelled_scan_keeps_what_it_saved_and_goes_on_next_time(
    root, library_folder, monkeypatch
):
    monkeypatch.setattr(quick, "_BATCH_FILES", 1)
    monkeypatch.setattr(quick, "_GROUP_FILES", 1)
    for folder in "abcd":
        pictures.png(library_folder / folder / "1.png")
    with pytest.raises(JobCancelled):
        quick.scan(root, Progress(cancel_after=3))
    kept = names(root)
    assert 0 < len(kept) < 4
    look(root)
    assert names(root) == {"a/1.png", "b/1.png", "c/1.png", "d/1.png"}
    assert names(root, is_available=False) == set()


def test_an_unchanged_rescan_asks_the_same_few_questions_however_many_folders(
    root, library_folder, django_assert_max_num_queries
):
    for n in range(30):
        pictures.png(library_folder / f"{n}" / "1.png")
    look(root)
    look(root)
    with django_assert_max_num_queries(6):
        look(root)


def test_a_folder_added_beside_known_ones_and_a_known_one_that_changed_in_one_batch(
    root, library_folder
):
    pictures.png(library_folder / "known" / "1.png")
    look(root)
    pictures.png(library_folder / "known" / "2.png")
    pictures.png(library_folder / "new" / "deep" / "3.png")
    found = look(root)
    assert found.merged == Merged(new=2, changed=0, vanished=0)
    assert names(root) == {"known/1.png", "known/2.png", "new/deep/3.png"}
    assert dict(Folder.objects.values_list("path", "image_count")) == {
        "": 0,
        "known": 2,
        "new": 0,
        "new/deep": 1,
    }


def test_a_root_removed_in_mid_scan_leaves_no_images_behind(root, library_folder, monkeypatch):
    pictures.png(library_folder / "a.png")
    look(root)
    pictures.png(library_folder / "b.png")
    walk = quick.walk

    def remove(path, options):
        LibraryRoot.objects.all().delete()
        yield from walk(path, options)

    monkeypatch.setattr(quick, "ahead", lambda items: items)
    monkeypatch.setattr(quick, "walk", remove)
    with pytest.raises(NotFound, match="was removed from the library"):
        quick.scan(root, Progress())
    assert not Image.objects.exists()
