"""A copy is a new image; undone, it goes to the trash unless somebody changed it."""

import pytest

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from gallery.filing import copying, disk
from gallery.models import Image
from gallery.services import history
from tests import pictures
from tests.gallery.filing.conftest import agrees, image, reasons, tree
from tests.gallery.scanning.conftest import look

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def copy(perform, library_folder):
    def do(to, *files, **values):
        entry = perform("copy", *files, to=str(library_folder / to), **values)
        for job in Job.objects.filter(kind="quick_scan", state__in=Job.ACTIVE):
            run_inline(job, follow=True)
        return entry

    return do


def test_a_copy_has_its_sidecars_and_times_and_leaves_the_rating_to_the_original(
    root, library_folder, copy
):
    Image.objects.filter(name="0.png").update(rating=9)
    then = tree(library_folder)
    entry = copy("c", "a/0.png")
    assert entry.sentence == "1 image copied to library/c"
    copies = {f"c/{name}": then[f"a/{name}"] for name in ("0.png", "0.txt", "0.png.json")}
    assert tree(library_folder) == then | copies
    for name in ("0.png", "0.txt"):
        original, copied = library_folder / "a" / name, library_folder / "c" / name
        assert original.stat().st_mtime_ns == copied.stat().st_mtime_ns
    assert (image("a/0.png").rating, image("c/0.png").rating) == (9, None)
    assert agrees(root)


def test_undo_throws_the_copies_away_and_redo_makes_them_again(root, library_folder, copy, trash):
    then = tree(library_folder)
    entry = copy("c", "a/0.png")
    copied = tree(library_folder)
    history.undo(entry)
    assert tree(library_folder) == then
    assert len(list((trash / "files").iterdir())) == 3
    assert not image("c/0.png").is_available
    assert agrees(root)
    history.redo(entry)
    look(root)
    assert tree(library_folder) == copied
    assert image("c/0.png").is_available
    assert agrees(root)


def test_a_copy_that_somebody_changed_stays(root, library_folder, copy):
    entry = copy("c", "a/0.png", "a/1.png")
    (library_folder / "c" / "0.txt").write_text("mine now")
    history.undo(entry)
    assert reasons(entry) == [copying.EDITED]
    assert (library_folder / "c" / "0.png").is_file()
    assert not (library_folder / "c" / "1.png").exists()
    look(root)


def test_a_copy_beside_its_original_needs_a_number(root, library_folder, copy):
    assert reasons(copy("a", "a/0.png")) == [disk.TAKEN]
    copy("a", "a/0.png", clash="number")
    names = set(tree(library_folder))
    assert {"a/0 (2).png", "a/0 (2).txt", "a/0 (2).png.json"} <= names
    assert agrees(root)


def test_a_failing_copy_leaves_nothing(root, library_folder, copy, monkeypatch):
    then = tree(library_folder)
    write, calls = disk.write, []

    def full(descriptor, block):
        calls.append(1)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        write(descriptor, block)

    monkeypatch.setattr(disk, "write", full)
    assert reasons(copy("c", "a/0.png")) == ["the disk is full"]
    assert tree(library_folder) == then


def test_a_disk_that_writes_something_else_is_found_out(library_folder, copy, monkeypatch):
    then = tree(library_folder)
    write = disk.write
    monkeypatch.setattr(disk, "write", lambda to, block: write(to, bytes(len(block))))
    assert "may be failing" in reasons(copy("c", "a/1.png"))[0]
    assert tree(library_folder) == then


def test_a_file_that_changes_while_it_is_copied_is_left(library_folder, copy, monkeypatch):
    write = disk.write

    def meanwhile(descriptor, block):
        write(descriptor, block)
        pictures.png(library_folder / "a" / "1.png", size=(99, 9))

    monkeypatch.setattr(disk, "write", meanwhile)
    assert reasons(copy("c", "a/1.png")) == [disk.CHANGED]
    assert not list((library_folder / "c").iterdir())
