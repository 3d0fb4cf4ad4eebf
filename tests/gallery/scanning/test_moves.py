"""Moves and renames: all that people said follows the file; copies are copies."""

import os
import shutil
import unicodedata
from pathlib import Path

import pytest

from gallery.models import (
    Arrival,
    Caption,
    Folder,
    Image,
    ImageMetadata,
    ImageResource,
    ImageTag,
    MissingMark,
    StageFailure,
    Tag,
)
from gallery.scanning import deep, moves, quick
from gallery.scanning.reachability import RootOffline
from gallery.services import roots
from tests import pictures
from tests.gallery.scanning.conftest import Progress, look, read
from tests.gallery.scanning.moving import (
    assert_folders_add_up,
    other_root,
    picture,
    ratings,
    scan,
    three,
)

__all__ = ["other_root", "three"]


def test_a_renamed_file_stays_the_image_it_was(three, library_folder):
    before = Image.objects.get(name="one.png")
    (library_folder / "a" / "one.png").rename(library_folder / "a" / "uno.png")
    scan(three)
    after = Image.objects.get(name="uno.png")
    assert (after.pk, after.rating, after.first_seen_at) == (before.pk, 1, before.first_seen_at)
    assert Image.objects.count() == 3
    assert after.is_available
    assert after.read_version is not None
    assert after.prompt.text == "a 0 on a hill"
    assert after.metadata.records
    assert not Arrival.objects.exists()
    assert look(three).merged.changed == 0
    assert_folders_add_up()


def test_all_that_was_said_and_made_goes_along(three, library_folder):
    image = Image.objects.get(name="one.png")
    Image.objects.filter(pk=image.pk).update(
        is_favourite=True, is_nsfw=True, is_for_deletion=True, thumbnail_version=1, phash=5
    )
    ImageTag.objects.create(image=image, tag=Tag.objects.create(name="fox"), source="person")
    ImageTag.objects.create(image=image, tag=Tag.objects.create(name="cat"), source="wd14")
    Caption.objects.create(image=image, source="person", text="mine")
    (library_folder / "a" / "one.png").rename(library_folder / "b" / "one.png")
    scan(three)
    image = Image.objects.get(name="one.png")
    assert image.folder.path == "b"
    assert (image.is_favourite, image.is_nsfw, image.is_for_deletion) == (True, True, True)
    assert (image.thumbnail_version, image.phash) == (1, 5)
    assert set(image.tags.values_list("tag__name", "source")) == {
        ("fox", "person"),
        ("cat", "wd14"),
    }
    assert image.captions.get().text == "mine"
    assert (ImageMetadata.objects.count(), ImageResource.objects.count()) == (3, 3)


def test_what_was_said_of_the_new_row_meanwhile_is_not_lost(three, library_folder):
    old = Image.objects.get(name="one.png")
    tag, both = Tag.objects.create(name="fox"), Tag.objects.create(name="both")
    ImageTag.objects.create(image=old, tag=both, source="person")
    Caption.objects.create(image=old, source="person", text="old words")
    (library_folder / "a" / "one.png").rename(library_folder / "a" / "uno.png")
    look(three)
    new = Image.objects.get(name="uno.png")
    Image.objects.filter(pk=new.pk).update(rating=9, is_favourite=True)
    ImageTag.objects.create(image=new, tag=tag, source="person")
    ImageTag.objects.create(image=new, tag=both, source="person")
    Caption.objects.create(image=new, source="person", text="new words")
    read(three)
    image = Image.objects.get(name="uno.png")
    assert (image.pk, image.rating, image.is_favourite) == (old.pk, 9, True)
    assert set(image.tags.values_list("tag__name", flat=True)) == {"fox", "both"}
    assert image.captions.get().text == "new words"


def test_a_mark_that_its_absence_made_ends_when_it_is_found(three, library_folder):
    image = Image.objects.get(name="one.png")
    aside = shutil.move(library_folder / "a" / "one.png", library_folder.parent / "one.png")
    scan(three)
    Image.objects.filter(pk=image.pk).update(is_for_deletion=True)
    MissingMark.objects.create(image=image)
    shutil.move(aside, library_folder / "b" / "uno.png")
    scan(three)
    found = Image.objects.get(name="uno.png")
    assert (found.pk, found.is_for_deletion, found.rating) == (image.pk, False, 1)
    assert not MissingMark.objects.exists()


def test_a_renamed_tree_takes_everything_along(root, library_folder):
    for n in range(30):
        picture(library_folder / "tree" / f"f{n % 5}" / "deep" / f"{n}.png", n)
    scan(root)
    for n in range(30):
        Image.objects.filter(name=f"{n}.png").update(rating=n % 10 + 1)
    keys = dict(Image.objects.values_list("name", "pk"))
    (library_folder / "tree").rename(library_folder / "wood")
    scan(root)
    assert dict(Image.objects.values_list("name", "pk")) == keys
    assert ratings() == {f"wood/f{n % 5}/deep/{n}.png": n % 10 + 1 for n in range(30)}
    assert not Image.objects.filter(is_available=False).exists()
    assert_folders_add_up()
    deep_folder = Folder.objects.get(path="wood/f1/deep")
    assert deep_folder.parent.parent.path == "wood"
    scan(root)
    # Folders that went leave no empty rows behind.
    assert not Folder.objects.filter(is_available=False).exists()


def test_moves_go_across_roots(three, other_root, library_folder):
    place = Path(other_root.path) / "came"
    place.mkdir()
    shutil.move(library_folder / "a" / "one.png", place / "one.png")
    scan(three, other_root)
    image = Image.objects.get(name="one.png")
    assert (image.folder.root, image.rating) == (other_root, 1)
    assert Image.objects.count() == 3
    assert_folders_add_up()


def test_the_old_root_need_not_have_been_scanned_since(three, other_root, library_folder):
    shutil.move(library_folder / "a" / "one.png", Path(other_root.path) / "one.png")
    scan(other_root)
    image = Image.objects.get(name="one.png")
    assert (image.folder.root, image.rating) == (other_root, 1)
    assert_folders_add_up()
    assert look(three).merged.vanished == 0


def test_roots_of_another_collection_are_another_world(three, library_folder):
    folder = library_folder.parent / "elsewhere"
    folder.mkdir()
    there = roots.add(roots.collection("other"), folder)
    shutil.move(library_folder / "a" / "one.png", folder / "one.png")
    scan(three, there)
    assert Image.objects.filter(name="one.png").count() == 2
    assert Image.objects.get(name="one.png", is_available=False).rating == 1


def test_copies_are_copies(three, library_folder):
    shutil.copy2(library_folder / "a" / "one.png", library_folder / "b" / "one.png")
    scan(three)
    assert ratings() == {"a/one.png": 1, "b/one.png": None, "a/two.png": 2, "b/three.png": 3}
    (library_folder / "a" / "one.png").unlink()
    scan(three)
    # They were seen side by side, so they stay what they were.
    assert ratings(is_available=True)["b/one.png"] is None
    assert ratings(is_available=False) == {"a/one.png": 1}


def test_a_move_that_copies_first_is_a_move(three, other_root, library_folder):
    """To another drive: the watcher sees the new files long before the old ones go."""
    shutil.copy2(library_folder / "a" / "one.png", other_root.path)
    quick.scan_folders(other_root, [""], Progress())
    read(other_root)
    assert Image.objects.filter(name="one.png").count() == 2
    (library_folder / "a" / "one.png").unlink()
    quick.scan_folders(three, ["a"], Progress())
    moves.settle()
    image = Image.objects.get(name="one.png")
    assert (image.folder.root, image.rating) == (other_root, 1)
    assert_folders_add_up()


def test_moved_and_copied_at_once_the_same_name_is_the_move(three, library_folder):
    file = library_folder / "a" / "one.png"
    shutil.copy2(file, library_folder / "b" / "zzz.png")
    shutil.copy2(file, library_folder / "b" / "aaa.png")
    file.rename(library_folder / "b" / "one.png")
    scan(three)
    found = ratings(folder__path="b")
    assert found == {"b/one.png": 1, "b/aaa.png": None, "b/zzz.png": None, "b/three.png": 3}


@pytest.mark.parametrize("batch", [1, 2, 1000])
def test_equal_files_of_a_renamed_tree_keep_their_own_words(
    root, library_folder, monkeypatch, batch
):
    monkeypatch.setattr(deep, "_BATCH", batch)
    for folder in ("x", "y", "z"):
        for name in ("1.png", "2.png"):
            picture(library_folder / "tree" / folder / name, 7)
    scan(root)
    for n, image in enumerate(Image.objects.order_by("folder__path", "name")):
        Image.objects.filter(pk=image.pk).update(rating=n + 1)
    before = {path.removeprefix("tree/"): rating for path, rating in ratings().items()}
    (library_folder / "tree").rename(library_folder / "wood")
    look(root)
    for chunk in deep.chunks(deep.unread(Image.objects.all()), batch):
        deep.scan(chunk, Progress())
    moves.settle(is_last=True)
    assert {path.removeprefix("wood/"): rating for path, rating in ratings().items()} == before


def test_there_and_back_again(three, library_folder):
    file, aside = library_folder / "a" / "one.png", library_folder / "b" / "x.png"
    for _ in range(3):
        file.rename(aside)
        scan(three)
        aside.rename(file)
        scan(three)
    assert ratings() == {"a/one.png": 1, "a/two.png": 2, "b/three.png": 3}


def test_one_drive_away_nobody_can_tell(three, other_root, library_folder):
    shutil.copy2(library_folder / "a" / "one.png", other_root.path)
    aside = library_folder.rename(library_folder.parent / "unplugged")
    with pytest.raises(RootOffline):
        look(three)
    scan(other_root)
    assert Image.objects.filter(name="one.png").count() == 2
    assert Arrival.objects.get().waits_for == three
    scan(other_root)
    assert Arrival.objects.count() == 1
    # It comes back without the file: that had moved.
    (aside / "a" / "one.png").unlink()
    aside.rename(library_folder)
    scan(three)
    image = Image.objects.get(name="one.png")
    assert (image.folder.root, image.rating) == (other_root, 1)
    assert not Arrival.objects.exists()


def test_a_drive_that_comes_back_with_the_file_makes_them_copies_for_ever(
    three, other_root, library_folder
):
    shutil.copy2(library_folder / "a" / "one.png", other_root.path)
    aside = library_folder.rename(library_folder.parent / "unplugged")
    with pytest.raises(RootOffline):
        look(three)
    scan(other_root)
    aside.rename(library_folder)
    scan(three)
    assert not Arrival.objects.exists()
    (library_folder / "a" / "one.png").unlink()
    scan(three, other_root)
    assert ratings(is_available=False) == {"a/one.png": 1}


def test_what_both_drives_had_is_no_move_when_one_is_away(three, other_root, library_folder):
    shutil.copy2(library_folder / "a" / "one.png", other_root.path)
    look(other_root)
    look(three)  # both have been seen side by side before
    aside = library_folder.rename(library_folder.parent / "unplugged")
    with pytest.raises(RootOffline):
        look(three)
    scan(other_root)
    assert not Arrival.objects.exists()
    assert (aside / "a").is_dir()


def test_an_excluded_folder_is_there_so_nothing_moved_from_it(three, library_folder):
    Folder.objects.filter(path="a").update(treatment="exclude_tree")
    scan(three)
    shutil.copy2(library_folder / "a" / "one.png", library_folder / "b" / "one.png")
    scan(three)
    assert ratings(is_available=True) == {"b/one.png": None, "b/three.png": 3}
    Folder.objects.filter(path="a").update(treatment="")
    scan(three)
    assert ratings() == {"a/one.png": 1, "a/two.png": 2, "b/one.png": None, "b/three.png": 3}


@pytest.mark.parametrize("data", [b"", b"this is no picture"], ids=["empty", "no picture"])
def test_only_what_holds_something_moves(root, library_folder, data):
    (library_folder / "old.png").write_bytes(data)
    os.utime(library_folder / "old.png", (1, 1))
    pictures.png(library_folder / "stays.png")
    scan(root)
    Image.objects.filter(name="old.png").update(rating=4)
    (library_folder / "old.png").rename(library_folder / "new.png")
    scan(root)
    moved = ratings(name="new.png") == {"new.png": 4}
    assert moved == bool(data)


def test_hard_links_are_copies(three, library_folder):
    os.link(library_folder / "a" / "one.png", library_folder / "b" / "link.png")
    scan(three)
    assert ratings()["b/link.png"] is None
    assert ratings()["a/one.png"] == 1


def test_twins_of_unicode_are_two(root, library_folder):
    names_ = [unicodedata.normalize(form, "häßlich.png") for form in ("NFC", "NFD")]
    for name in names_:
        picture(library_folder / name, 3)
    if len(list(library_folder.iterdir())) < 2:
        pytest.skip("a file system that takes them for one")
    scan(root)
    Image.objects.filter(name=names_[0]).update(rating=5)
    scan(root)
    assert ratings() == {names_[0]: 5, names_[1]: None}
    (library_folder / names_[0]).unlink()
    scan(root)
    assert ratings(is_available=True) == {names_[1]: None}


def test_a_rename_of_case_only(three, library_folder):
    (library_folder / "a").rename(library_folder / "A")
    (library_folder / "A" / "one.png").rename(library_folder / "A" / "ONE.PNG")
    scan(three)
    assert ratings() == {"A/ONE.PNG": 1, "A/two.png": 2, "b/three.png": 3}


def test_a_rename_of_case_only_where_the_system_sees_no_difference(
    three, library_folder, monkeypatch
):
    lstat = os.lstat
    (library_folder / "a" / "one.png").rename(library_folder / "a" / "ONE.png")

    def careless(path, *args, **kwargs):
        path = str(path)
        return lstat(path.replace("one.png", "ONE.png"), *args, **kwargs)

    monkeypatch.setattr("gallery.scanning.moves.disk.os.lstat", careless)
    scan(three)
    assert ratings() == {"a/ONE.png": 1, "a/two.png": 2, "b/three.png": 3}


def test_a_folder_behind_a_closed_door_is_not_gone(three, other_root, library_folder, monkeypatch):
    shutil.copy2(library_folder / "a" / "one.png", other_root.path)
    lstat = os.lstat

    def closed(path, *args, **kwargs):
        if str(path).startswith(str(library_folder / "a")):
            raise PermissionError(13, "Permission denied")
        return lstat(path, *args, **kwargs)

    monkeypatch.setattr("gallery.scanning.moves.disk.os.lstat", closed)
    scan(other_root)
    assert Image.objects.filter(name="one.png").count() == 2


def test_a_row_that_changed_since_it_was_looked_at_is_left_for_later(
    three, library_folder, monkeypatch
):
    (library_folder / "a" / "one.png").rename(library_folder / "a" / "uno.png")
    look(three)
    decide = moves.deciding.decide

    def meanwhile(*args, **kwargs):
        decision = decide(*args, **kwargs)
        Image.objects.filter(name="uno.png").update(name="due.png")
        return decision

    monkeypatch.setattr(moves.deciding, "decide", meanwhile)
    read(three)
    assert ratings(name="one.png") == {"a/one.png": 1}
    monkeypatch.undo()
    Image.objects.filter(name="due.png").update(name="uno.png")
    moves.settle()
    assert ratings(name="uno.png") == {"a/uno.png": 1}


def test_failures_of_the_place_come_along(three, library_folder):
    StageFailure.objects.create(
        image=Image.objects.get(name="one.png"), stage="phash", version=1, reason="x", attempts=3
    )
    (library_folder / "a" / "one.png").rename(library_folder / "a" / "uno.png")
    scan(three)
    assert not StageFailure.objects.exists()
