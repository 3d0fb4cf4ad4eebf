"""Killed at any instant, a file is whole at its old place or at its new one, and what goes on
afterwards brings disk and database to agree."""

import errno
import os
import random
import signal
from pathlib import Path

import pytest

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import recovery
from dtoolkit.jobs.services.runner import run_inline
from gallery.filing import disk, exclusive
from gallery.models import FileAct, HistoryEntry, Image, LibraryRoot
from gallery.scanning import moves
from gallery.services import history, roots, selections
from tests import pictures
from tests.gallery.filing.conftest import agrees, image, tree
from tests.gallery.filing.dying import dies
from tests.gallery.scanning.conftest import look, read

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork"),
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a system without signals"),
]
FILES = ("a/0.png", "a/1.png")


@pytest.fixture
def links_end_at_folders(monkeypatch):
    """As if every folder were a file system of its own."""
    link, replace = os.link, os.replace

    def guarded(function):
        def between(source, target, **kwargs):
            if Path(source).parent != Path(target).parent:
                raise OSError(errno.EXDEV, "Invalid cross-device link")
            return function(source, target, **kwargs)

        return between

    monkeypatch.setattr(os, "link", guarded(link))
    monkeypatch.setattr(os, "replace", guarded(replace))


@pytest.fixture
def no_links(monkeypatch):
    def link(*args, **kwargs):
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr(os, "link", link)


def contents(folder: Path) -> list[bytes]:
    """What the pictures hold, each once."""
    return sorted({data for name, data in tree(folder).items() if name.endswith(".png")})


def go_on(root: LibraryRoot) -> None:
    """What the clusters do once somebody starts them again."""
    recovery.recover(assume_dead=True)
    for _ in range(3):
        for job in Job.objects.filter(state__in=Job.ACTIVE).order_by("pk"):
            run_inline(job, follow=True)
    history.settle_dead(root.collection)


def scan(root: LibraryRoot) -> None:
    look(root)
    read(root)
    moves.settle(is_last=True)


def act(root: LibraryRoot, name: str, **values: str):
    ids = [image(file).pk for file in FILES]
    return lambda: history.perform(name, values, selections.of_images(root.collection, ids))


def assert_settled(root: LibraryRoot, ids: dict[str, int], before: list[bytes]) -> None:
    assert contents(root.disk_path) == before
    assert not [name for name in tree(root.disk_path) if "partial" in name]
    assert not FileAct.objects.filter(state="doing").exists()
    assert not HistoryEntry.objects.filter(state__in=["doing", "undoing"]).exists()
    assert agrees(root)
    known = {each.pk for each in Image.objects.filter(is_available=True)}
    assert set(ids.values()) <= known


@pytest.mark.parametrize("way", ["at once", "links", "no links", "across disks"])
@pytest.mark.parametrize("meanwhile", ["nothing", "a scan"])
def test_a_move_killed_at_any_step_is_done_or_not_done(root, request, monkeypatch, way, meanwhile):
    if way != "at once":
        monkeypatch.setattr(exclusive, "_renameat2", lambda: None)
    if way == "no links":
        request.getfixturevalue("no_links")
    elif way == "across disks":
        request.getfixturevalue("links_end_at_folders")
    ids = {file: image(file).pk for file in FILES}
    before = contents(root.disk_path)
    rng = random.Random(f"{way}{meanwhile}")
    killed = done = 0
    step = rng.randrange(4)
    while not done:
        deed = act(root, "move", to=str(root.disk_path / "c"))
        if dies(deed, step):
            killed += 1
            assert set(before) <= set(contents(root.disk_path))
            if meanwhile == "a scan":
                scan(root)
        else:
            done += 1
            step = 0
        step += rng.randint(10, 26)
        go_on(root)
        if meanwhile == "a scan":
            scan(root)
        assert_settled(root, ids, before)
        entry = HistoryEntry.objects.order_by("-pk").first()
        if entry is not None and entry.state in {"done", "stopped"} and entry.image_count:
            while dies(lambda entry=entry: history.undo(entry), 20 + rng.randrange(250)):
                killed += 1
                go_on(root)
                assert_settled(root, ids, before)
                entry.refresh_from_db()
                if entry.state != "done":
                    break
            entry.refresh_from_db()
            if entry.state in {"done", "stopped"}:
                history.undo(entry)
            assert_settled(root, ids, before)
        home = {file: image(file).pk for file in FILES}
        assert home == ids
    assert killed > 4


@pytest.mark.parametrize("name", ["copy", "trash"])
def test_copies_and_the_trash_killed_at_any_step(root, trash, name):
    ids = {file: image(file).pk for file in FILES}
    before = contents(root.disk_path)
    rng = random.Random(name)
    killed, step, done = 0, 0, False
    values = {"to": str(root.disk_path / "c")} if name == "copy" else {}
    while not done:
        if dies(act(root, name, **values), step):
            killed += 1
        else:
            done = True
        step += rng.randint(10, 24)
        go_on(root)
        assert agrees(root)
        assert sorted({*contents(root.disk_path), *contents(trash)}) == before
        entry = HistoryEntry.objects.order_by("-pk").first()
        if entry is not None and entry.state in {"done", "stopped"} and entry.image_count:
            if dies(lambda entry=entry: history.undo(entry), 20 + rng.randrange(200)):
                killed += 1
                go_on(root)
            entry.refresh_from_db()
            if entry.state in {"done", "stopped"}:
                history.undo(entry)
        assert agrees(root)
        assert {file: image(file).pk for file in FILES} == ids
        assert all(image(file).is_available for file in FILES)
        assert not [each for each in tree(root.disk_path) if each.startswith("c/")]
    assert killed > 4


def test_two_roots_on_two_real_file_systems(root, perform, second_disk):
    pictures.png(second_disk / "x.png", size=(5, 5))
    other = roots.add(root.collection, second_disk)
    look(other)
    file = root.disk_path / "a" / "0.png"
    assert file.stat().st_dev != second_disk.stat().st_dev
    then, moment = tree(root.disk_path), file.stat().st_mtime_ns
    pk = image("a/0.png").pk
    entry = perform("move", "a/0.png", to=str(second_disk))
    assert Image.objects.get(pk=pk).folder.root == other
    assert (second_disk / "0.png").stat().st_mtime_ns == moment
    assert (second_disk / "0.txt").is_file()
    assert agrees(root, other)
    history.undo(entry)
    assert tree(root.disk_path) == then
    assert agrees(root, other)
    assert disk.look(str(second_disk / "0.png")) is None


@pytest.fixture
def second_disk(tmp_path):
    """A folder in memory: another file system than the test's own, on most machines."""
    import tempfile

    shared = Path("/dev/shm")  # noqa: S108
    if not shared.is_dir() or shared.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system here")
    with tempfile.TemporaryDirectory(dir=shared) as folder:
        yield Path(folder)
