"""The watcher with the system's own notices: real threads, files and rows."""

import os
import shutil
import time

import pytest
from django.db.models import Q

from dtoolkit.core.errors import BadInput
from dtoolkit.jobs.models import Job
from gallery.models import Folder, Image, LibraryRoot, WatchState
from gallery.services import roots
from gallery.watching import listening, mounts, states, taking, watch
from gallery.watching.watch import RootWatch
from tests import pictures
from tests.gallery.scanning.conftest import look

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(library_folder):
    pictures.a1111_png(library_folder / "first.png")
    return roots.add(roots.collection("default"), library_folder)


@pytest.fixture
def watched(root):
    """The root, once it is watched and looked at."""
    watcher = RootWatch(root.pk)
    watcher.start()
    wait_until(lambda: Image.objects.filter(name="first.png").exclude(read_version=None).exists())
    yield root
    watcher.end()
    watcher.join(10)
    assert not watcher.is_alive()


def wait_until(is_true, limit_s=20.0):
    """The seconds it took."""
    start = time.monotonic()
    while not is_true():
        assert time.monotonic() - start < limit_s, "it never came"
        time.sleep(0.02)
    return time.monotonic() - start


def available(name):
    return Image.objects.filter(name=name, is_available=True)


def test_a_new_file_is_visible_within_two_seconds_read_and_with_a_thumbnail(
    watched, library_folder
):
    pictures.a1111_png(library_folder / "new.png", size=(64, 48))
    assert wait_until(available("new.png").exists) < 2
    done = available("new.png").exclude(prompt=None).exclude(thumbnail_version=None)
    wait_until(done.exists)
    assert LibraryRoot.objects.get().watch_state == WatchState.WATCHING
    assert states.living() == {watched.pk}


def test_a_file_that_is_renamed_when_it_is_done_is_taken_then(watched, library_folder):
    partial = library_folder / "new.png.tmp"
    pictures.a1111_png(partial)
    time.sleep(0.6)
    assert Image.objects.count() == 1
    partial.rename(library_folder / "new.png")
    wait_until(available("new.png").exists)
    assert not Image.objects.filter(name__endswith=".tmp").exists()


def test_a_slow_copy_is_seen_once_and_whole(watched, library_folder, tmp_path):
    whole = tmp_path / "whole.png"
    pictures.a1111_png(whole, size=(256, 256))
    data = whole.read_bytes()
    sizes = set()
    with (library_folder / "slow.png").open("wb", buffering=0) as file:
        for start in range(0, len(data), len(data) // 8 + 1):
            file.write(data[start : start + len(data) // 8 + 1])
            time.sleep(0.25)
            sizes |= set(available("slow.png").values_list("size", flat=True))
    wait_until(available("slow.png").exclude(read_version=None).exists)
    sizes |= set(available("slow.png").values_list("size", flat=True))
    assert sizes == {len(data)}
    assert available("slow.png").get().versions.count() == 0


def test_a_tree_that_is_moved_in_renamed_and_deleted_is_followed(watched, library_folder, tmp_path):
    tree = tmp_path / "tree"
    (tree / "deep" / "deeper").mkdir(parents=True)
    for n in range(3):
        pictures.a1111_png(tree / "deep" / "deeper" / f"{n}.png", size=(32 + n, 32))
    tree.rename(library_folder / "tree")
    read = Image.objects.exclude(read_version=None).filter(is_available=True)
    wait_until(lambda: read.count() == 4)
    Image.objects.filter(name="1.png").update(rating=9)
    (library_folder / "tree").rename(library_folder / "renamed")
    moved = read.filter(folder__path="renamed/deep/deeper")
    wait_until(lambda: moved.count() == 3 and Image.objects.count() == 4)
    assert moved.get(name="1.png").rating == 9
    shutil.rmtree(library_folder / "renamed")
    wait_until(lambda: not Folder.objects.filter(path__startswith="renamed", is_available=True))
    assert Image.objects.filter(is_available=True).count() == 1
    assert Image.objects.get(name="1.png").rating == 9


def test_a_burst_of_files_is_taken_without_a_miss(watched, library_folder, tmp_path):
    picture = tmp_path / "one.png"
    pictures.a1111_png(picture)
    for n in range(1000):
        folder = library_folder / f"part-{n % 40}"
        folder.mkdir(exist_ok=True)
        os.link(picture, folder / f"{n}.png")
    wait_until(lambda: Image.objects.filter(is_available=True).count() == 1001)


def test_a_sidecar_that_changes_has_its_image_read_again(watched, library_folder):
    stamp = Image.objects.get().sidecar_stamp
    (library_folder / "first.txt").write_text("1girl, fennec ears, snow")
    wait_until(lambda: Image.objects.exclude(sidecar_stamp=stamp).exists())
    wait_until(lambda: Image.objects.filter(tags__tag__name="fennec ears").exists())


def test_an_offline_root_is_waited_for_and_nothing_is_lost(watched, library_folder, monkeypatch):
    monkeypatch.setattr(watch, "_TRY_AGAIN_S", 0.2)
    away = library_folder.with_name("unplugged")
    library_folder.rename(away)
    wait_until(lambda: LibraryRoot.objects.exclude(offline_since=None).exists())
    assert available("first.png").exists()
    pictures.a1111_png(away / "meanwhile.png")
    away.rename(library_folder)
    wait_until(available("meanwhile.png").exists)
    assert LibraryRoot.objects.get().offline_since is None


@pytest.mark.parametrize("is_network", [False, True])
def test_what_was_listed_before_the_drive_went_is_read_when_it_is_back(
    root, library_folder, monkeypatch, is_network
):
    """Its jobs ended with the drive, and nothing of it has changed since."""
    monkeypatch.setattr(mounts, "is_network", lambda path: is_network)
    pictures.a1111_png(library_folder / "second.png")
    look(root)
    watcher = RootWatch(root.pk)
    watcher.start()
    try:
        undone = Image.objects.filter(Q(read_version=None) | Q(thumbnail_version=None))
        wait_until(lambda: not undone.exists())
        watcher.end()
        watcher.join(10)
        Image.objects.filter(name="second.png").update(thumbnail_version=None)
        watcher = RootWatch(root.pk)
        watcher.start()
        wait_until(Job.objects.filter(kind="pipeline").exists)
    finally:
        watcher.end()
        watcher.join(10)


def test_much_that_was_listed_before_is_read_by_a_job(root, monkeypatch):
    monkeypatch.setattr(taking, "FEW", 0)
    look(root)
    watcher = RootWatch(root.pk)
    watcher.start()
    try:
        wait_until(Job.objects.filter(kind="deep_scan").exists)
    finally:
        watcher.end()
        watcher.join(10)


def test_changed_options_begin_a_new_watch(watched, library_folder, monkeypatch):
    monkeypatch.setattr(watch, "_TRY_AGAIN_S", 0.2)
    pictures.a1111_png(library_folder / ".hidden.png")
    LibraryRoot.objects.update(takes_hidden=True)
    wait_until(available(".hidden.png").exists)


def test_where_the_system_allows_no_more_watches_the_folder_is_polled(
    root, library_folder, monkeypatch
):
    def refuse(*_, **__):
        raise OSError("OS file watch limit reached.")

    monkeypatch.setattr(listening, "watch", refuse)
    monkeypatch.setattr("gallery.watching.polling._LEAST_S", 0.3)
    watcher = RootWatch(root.pk)
    watcher.start()
    try:
        wait_until(lambda: LibraryRoot.objects.get().watch_state == WatchState.POLLING)
        assert "max_user_watches" in LibraryRoot.objects.get().watch_note
        pictures.a1111_png(library_folder / "new.png")
        wait_until(available("new.png").exclude(prompt=None).exists)
    finally:
        watcher.end()
        watcher.join(10)


def test_a_network_share_is_polled(root, monkeypatch):
    monkeypatch.setattr(mounts, "is_network", lambda path: True)
    watcher = RootWatch(root.pk)
    watcher.start()
    try:
        wait_until(lambda: LibraryRoot.objects.get().watch_state == WatchState.POLLING)
        assert "network share" in LibraryRoot.objects.get().watch_note
    finally:
        watcher.end()
        watcher.join(10)


@pytest.mark.parametrize(
    ("error", "says"), [(BadInput("It is full."), "It is full."), (ValueError(), "ValueError")]
)
def test_what_makes_watching_fail_is_told_and_tried_again(root, monkeypatch, error, says):
    real = listening.Listening.steps
    monkeypatch.setattr(watch, "_TRY_AGAIN_S", 1)
    is_broken = True

    def fail(self):
        if is_broken:
            raise error
        return real(self)

    monkeypatch.setattr(listening.Listening, "steps", fail)
    watcher = RootWatch(root.pk)
    watcher.start()
    try:
        wait_until(lambda: LibraryRoot.objects.get().watch_state == WatchState.FAILED)
        root.refresh_from_db()
        assert says in root.watch_note
        assert states.current(root, states.living()) == WatchState.FAILED
        is_broken = False
        wait_until(lambda: LibraryRoot.objects.get().watch_state == WatchState.WATCHING)
        assert LibraryRoot.objects.get().watch_note == ""
    finally:
        watcher.end()
        watcher.join(10)


def test_two_watchers_do_not_watch_one_root(watched):
    second = RootWatch(watched.pk)
    second.start()
    time.sleep(0.5)
    assert states.living() == {watched.pk}
    second.end()
    second.join(10)
    assert not second.is_alive()


def test_what_a_dead_watcher_said_is_not_believed(root):
    states.tell(root, WatchState.WATCHING)
    assert states.current(root, states.living()) == WatchState.OFF
