"""Thrown away is in the system's trash, and comes back from there."""

import pytest

from dtoolkit.core.errors import BadInput
from gallery.actions.files import Trash
from gallery.filing import disk, trashing
from gallery.filing import trash as bin_
from gallery.models import Image
from gallery.services import history, selections
from tests import pictures
from tests.gallery.filing.conftest import agrees, image, reasons, tree
from tests.gallery.scanning.conftest import look

pytestmark = pytest.mark.django_db(transaction=True)


def test_files_go_to_the_trash_with_their_sidecars_and_the_row_stays(
    root, library_folder, perform, trash
):
    Image.objects.filter(name="0.png").update(rating=9)
    entry = perform("trash", "a/0.png")
    assert entry.sentence == "Files of 1 image put into the trash"
    assert {path.name for path in (trash / "files").iterdir()} == {"0.png", "0.txt", "0.png.json"}
    assert not {name for name in tree(library_folder) if name.startswith("a/0")}
    assert (image("a/0.png").is_available, image("a/0.png").rating) == (False, 9)
    assert agrees(root)
    assert str(look(root)) == "nothing changed"


def test_undo_fetches_them_back(root, library_folder, perform, trash):
    then = tree(library_folder)
    moment = (library_folder / "a" / "0.png").stat().st_mtime_ns
    entry = perform("trash", "a/0.png", "a/1.png")
    history.undo(entry)
    assert tree(library_folder) == then
    assert (library_folder / "a" / "0.png").stat().st_mtime_ns == moment
    assert image("a/0.png").is_available
    assert not list((trash / "info").iterdir())
    assert agrees(root)
    history.redo(entry)
    history.undo(entry)
    assert tree(library_folder) == then
    assert agrees(root)


def test_of_two_files_of_the_same_name_each_comes_back_to_its_place(root, library_folder, perform):
    first = perform("trash", "a/1.png")
    pictures.png(library_folder / "a" / "1.png", size=(60, 6))
    look(root)
    second = perform("trash", "a/1.png")
    history.undo(second)
    assert (library_folder / "a" / "1.png").stat().st_size == image("a/1.png").size
    assert agrees(root)
    history.undo(first)
    assert reasons(first) == [disk.TAKEN]


def test_a_trash_that_was_emptied_has_nothing_to_give_back(perform, trash):
    entry = perform("trash", "a/0.png")
    for file in (trash / "files").iterdir():
        file.unlink()
    history.undo(entry)
    assert reasons(entry) == ["it is not in the trash any more"]


def test_where_the_platform_does_not_say_it_is_told_how_to_restore(perform, monkeypatch):
    monkeypatch.setattr(bin_, "CAN_FETCH", False)
    entry = perform("trash", "a/0.png")
    history.undo(entry)
    assert "Put back or Restore" in reasons(entry)[0]


def test_a_drive_without_trash_refuses_and_deletes_only_after_the_word(
    root, library_folder, perform, monkeypatch
):
    monkeypatch.setattr(bin_, "is_there", lambda path: False)
    then = tree(library_folder)
    assert reasons(perform("trash", "a/0.png")) == [bin_.NONE]
    assert tree(library_folder) == then
    with pytest.raises(BadInput, match="type delete"):
        perform("trash", "a/0.png", for_good="yes")
    entry = perform("trash", "a/0.png", for_good="Delete")
    assert not {name for name in tree(library_folder) if name.startswith("a/0")}
    assert agrees(root)
    history.undo(entry)
    assert reasons(entry) == [trashing.FOR_GOOD]


def test_a_shared_sidecar_stays_for_the_other_image(root, library_folder, perform):
    pictures.jpeg(library_folder / "a" / "0.jpg")
    look(root)
    perform("trash", "a/0.png")
    assert "a/0.txt" in tree(library_folder)
    assert agrees(root)


def test_the_form_says_how_many_how_large_and_with_how_many_sidecars(root, monkeypatch):
    chosen = selections.of_images(root.collection, Image.objects.values_list("pk", flat=True))
    told = Trash().form_about(chosen, {})["trash"]
    assert (told["count"], told["with_sidecars"], told["without"]) == (4, 1, [])
    assert told["size"] == sum(Image.objects.values_list("size", flat=True))
    monkeypatch.setattr(bin_, "is_there", lambda path: False)
    assert Trash().form_about(chosen, {})["trash"]["without"] == [root]
