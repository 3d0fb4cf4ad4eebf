"""Full, read-only and closed folders, real ones where the machine lets a test make them: a clear
reason, and nothing half left behind."""

import os
import subprocess
import threading
from pathlib import Path

import pytest
from django.db import connection

from dtoolkit.core.errors import BadInput, Conflict
from gallery.filing import disk
from gallery.models import HistoryEntry, Image
from gallery.services import history, roots
from tests import pictures
from tests.gallery.filing.conftest import agrees, image, reasons, tree
from tests.gallery.scanning.conftest import look

pytestmark = pytest.mark.django_db(transaction=True)
is_root = not hasattr(os, "geteuid") or os.geteuid() == 0


@pytest.fixture
def mounted(tmp_path):
    """A file system in memory of the size that is asked for."""
    folders: list[Path] = []

    def mount(name: str, options: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)],
            check=False,
            capture_output=True,
        )
        if done.returncode:
            pytest.skip("this machine lets no test mount anything")
        folders.append(folder)
        return folder

    try:
        yield mount
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    finally:
        for folder in folders:
            subprocess.run(["umount", str(folder)], check=False)


def test_a_full_disk_takes_what_fits_and_refuses_the_rest(root, perform, mounted, library_folder):
    full = mounted("full", "size=64k")
    pictures.png(full / "x.png", size=(5, 5))
    for name in ("0.png", "1.png"):
        with (library_folder / "a" / name).open("ab") as file:
            file.write(os.urandom(30_000))
    other = roots.add(root.collection, full)
    look(root)
    look(other)
    then = tree(library_folder)
    entry = perform("move", "a/0.png", "a/1.png", "a/2.png", to=str(full))
    assert reasons(entry) == ["the disk is full"]
    assert entry.image_count == 2
    assert not [name for name in tree(full) if "partial" in name]
    assert {**tree(library_folder), **{f"a/{n}": d for n, d in tree(full).items()}} == {
        **then,
        "a/x.png": (full / "x.png").read_bytes(),
    }
    assert agrees(root, other)
    history.undo(entry)
    assert tree(library_folder) == then
    assert agrees(root, other)


def test_a_read_only_disk_takes_and_gives_nothing(root, perform, mounted, library_folder):
    disc = mounted("disc", "size=1m")
    pictures.png(disc / "x.png", size=(5, 5))
    (disc / "y").mkdir()
    other = roots.add(root.collection, disc)
    look(other)
    subprocess.run(["mount", "-o", "remount,ro", str(disc)], check=True)
    before = tree(disc), tree(library_folder)
    assert reasons(perform("move", "a/0.png", to=str(disc / "y"))) == ["the disk is read-only"]
    assert reasons(perform("move", "x.png", to=str(library_folder / "c"))) == [
        "the disk is read-only"
    ]
    with pytest.raises(BadInput, match="read-only"):
        perform("move", "a/0.png", to=str(disc), new="z")
    assert (tree(disc), tree(library_folder)) == before
    assert agrees(root, other)


def test_a_mounted_drive_has_a_trash_of_its_own(root, perform, mounted):
    drive = mounted("drive", "size=1m")
    pictures.png(drive / "x.png", size=(5, 5))
    (drive / "x.txt").write_text("x")
    other = roots.add(root.collection, drive)
    other.takes_hidden = True
    other.save()
    look(other)
    entry = perform("trash", "x.png")
    assert sorted(path.name for path in (drive / f".Trash-{os.getuid()}/files").iterdir()) == [
        "x.png",
        "x.txt",
    ]
    assert not Image.objects.get(name="x.png").is_available
    # Not even a root that takes hidden folders finds again what was thrown away.
    pictures.png(drive / "y.png", size=(5, 5))
    look(other)
    assert Image.objects.filter(folder__root=other).count() == 2
    assert agrees(other)
    history.undo(entry)
    assert (drive / "x.txt").is_file()
    assert agrees(other)


@pytest.mark.skipif(is_root, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to_gives_nothing(root, perform, library_folder):
    then = tree(library_folder)
    (library_folder / "a").chmod(0o500)
    try:
        entry = perform("move", "a/0.png", to=str(library_folder / "c"))
    finally:
        (library_folder / "a").chmod(0o700)
    assert reasons(entry) == ["this program may not change that folder"]
    assert tree(library_folder) == then


def test_what_cannot_be_taken_away_does_not_arrive(root, perform, library_folder, monkeypatch):
    """As in a folder that may be read but not written to, across disks."""
    then = tree(library_folder)

    def rename(source, target):
        raise OSError(18, "Invalid cross-device link")

    def unlink(path, *args, **kwargs):
        if "/a/" in str(path):
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **kwargs)

    real = os.unlink
    monkeypatch.setattr("gallery.filing.exclusive._rename_at_once", rename)
    monkeypatch.setattr(
        disk, "put_in_place", lambda s, t: Path(s).rename(t) if "partial" in s else rename(s, t)
    )
    monkeypatch.setattr(os, "unlink", unlink)
    entry = perform("move", "a/0.png", to=str(library_folder / "c"))
    monkeypatch.undo()
    assert reasons(entry) == ["this program may not change that folder"]
    assert tree(library_folder) == then
    assert agrees(root)


def test_a_sidecar_that_does_not_fit_holds_its_image_back(
    root, perform, library_folder, monkeypatch
):
    then = tree(library_folder)
    carry = disk.carry

    def no_room_for_texts(source, target, *args, **kwargs):
        if source.endswith("a/0.txt"):
            raise OSError(28, "No space left on device")
        return carry(source, target, *args, **kwargs)

    monkeypatch.setattr(disk, "carry", no_room_for_texts)
    entry = perform("move", "a/0.png", to=str(library_folder / "c"))
    assert reasons(entry) == ["the disk is full"]
    assert tree(library_folder) == then
    assert agrees(root)


def test_two_tabs_that_undo_at_once_undo_once(root, perform, library_folder):
    then = tree(library_folder)
    entry = perform("move", "a/0.png", "a/1.png", "a/2.png", to=str(library_folder / "c"))
    start, said = threading.Barrier(4), list[str]()

    def undo() -> None:
        mine = HistoryEntry.objects.select_related("collection").get(pk=entry.pk)
        start.wait()
        try:
            history.undo(mine)
            said.append("undone")
        except Conflict as error:
            said.append(error.message)
        finally:
            connection.close()

    tabs = [threading.Thread(target=undo) for _ in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert sorted(said) == ["That was undone already."] * 3 + ["undone"]
    assert tree(library_folder) == then
    assert image("a/0.png").is_available
    assert agrees(root)
