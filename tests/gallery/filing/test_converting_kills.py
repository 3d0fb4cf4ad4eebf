"""Struck at any step, a conversion leaves the original or the verified new file, and what goes on
afterwards brings disk and database to agree."""

import errno
import itertools
import os
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from dtoolkit.jobs.kinds import Unwatched
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from gallery import metadata
from gallery.convert import one
from gallery.convert.orders import Order
from gallery.filing import exclusive
from gallery.models import FileAct, HistoryEntry, Image
from gallery.services import filing, history, selections
from tests import pictures
from tests.gallery.filing.conftest import agrees, image, tree
from tests.gallery.filing.dying import around, dies
from tests.gallery.filing.test_kills import go_on
from tests.gallery.scanning.conftest import look, read

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
_DEEDS = ("unlink", "rename", "replace", "open", "write", "fsync", "utime", "chmod")
_NO_STEP = ("SAVEPOINT", "ROLLBACK", "RELEASE")
_THREADS = "convert"


class Died(BaseException):
    """Nobody catches it."""


@contextmanager
def struck(monkeypatch: pytest.MonkeyPatch, step: int) -> Iterator[list[int]]:
    """Dies before the nth thing that is done to the disk or asked of the database, or after it, and
    nothing more is done then: what is left is what a kill leaves. Yields the steps taken."""
    count, taken = itertools.count(), [0]

    def strike() -> None:
        taken[0] = next(count)
        if taken[0] >= step:
            raise Died

    def execute(run: Callable[..., Any], sql: str, *args: Any) -> Any:
        if not str(sql).startswith(_NO_STEP):
            strike()
        return run(sql, *args)

    with monkeypatch.context() as patch, connection.execute_wrapper(execute):
        for name in _DEEDS:
            patch.setattr(os, name, around(strike, getattr(os, name)))
        patch.setattr(exclusive, "_rename_at_once", around(strike, exclusive._rename_at_once))
        yield taken


def begin(root, *files: str, **values: str) -> tuple[HistoryEntry, list[int]]:
    """As the job begins, but for the job."""
    order = {**Order(takes_bigger=True).stored(), **values}
    entry = HistoryEntry.objects.create(
        collection=root.collection, action="convert", params=order, sentence="Converting"
    )
    chosen = selections.of_images(root.collection, [image(file).pk for file in files])
    return entry, [pk for ids in filing.plan(entry, chosen) for pk in ids]


def run(entry: HistoryEntry, ids: list[int], *, is_back: bool = False) -> None:
    filing.run(entry, ids, Unwatched(), is_back=is_back)


def assert_whole(root, trash, original: bytes) -> None:
    """The original, or a file that says the same and can be decoded."""
    found = {**tree(root.disk_path), **tree(trash)}
    if original in found.values():
        return
    made = [data for name, data in found.items() if name.endswith(".webp")]
    said = [record.text for record in metadata.take_apart(original)[1].records]
    assert any([r.text for r in metadata.take_apart(data)[1].records] == said for data in made)


def assert_settled(root, act: FileAct, pk: int, at: str) -> None:
    act.refresh_from_db()
    assert act.state != "doing"
    assert not [name for name in tree(root.disk_path) if "partial" in name]
    now = Image.objects.select_related("folder__root").get(pk=pk)
    found = now.disk_path.stat()
    assert now.relative_path == at
    assert (found.st_size, found.st_mtime_ns) == (now.size, now.mtime_ns)


@pytest.mark.timeout(200)
@pytest.mark.parametrize("originals", ["trash", "keep"])
def test_dying_at_every_step_there_and_back(root, trash, monkeypatch, originals):
    original = image("a/0.png").disk_path.read_bytes()
    before = tree(root.disk_path)
    pk = image("a/0.png").pk
    there = "a/0.png" if originals == "keep" else "a/0.webp"
    rounds = died = 0
    step = 0
    ways = {False: True, True: True}
    while any(ways.values()):
        entry, ids = begin(root, "a/0.png", originals=originals)
        act = FileAct.objects.get(pk=ids[0])
        for is_back in (False, True):
            if ways[is_back]:
                rounds += 1
                try:
                    with struck(monkeypatch, step):
                        run(entry, ids, is_back=is_back)
                    ways[is_back] = False
                except Died:
                    died += 1
                    assert_whole(root, trash, original)
            run(entry, ids, is_back=is_back)
            assert_settled(root, act, pk, "a/0.png" if is_back else there)
        assert tree(root.disk_path) == before
        assert image("a/0.png").pk == pk
        step += 1
    assert died > 70
    assert agrees(root)


def test_dying_where_originals_are_deleted(root, trash, monkeypatch):
    rng = random.Random(1)
    for number in range(60):
        name = f"b/{number}.png"
        pictures.a1111_png(root.disk_path / name, size=(9, 9))
    look(root), read(root)
    died = 0
    for number in range(60):
        original = image(f"b/{number}.png").disk_path.read_bytes()
        pk = image(f"b/{number}.png").pk
        entry, ids = begin(root, f"b/{number}.png", originals="delete")
        try:
            with struck(monkeypatch, rng.randrange(80)):
                run(entry, ids)
        except Died:
            died += 1
            assert_whole(root, trash, original)
        run(entry, ids)
        assert_settled(root, FileAct.objects.get(pk=ids[0]), pk, f"b/{number}.webp")
        assert not (root.disk_path / f"b/{number}.png").exists()
    assert died > 25
    assert agrees(root)


def test_a_disk_that_fills_changes_nothing(root, trash, monkeypatch):
    before = tree(root.disk_path)
    for number in range(3):
        left = itertools.count(number, -1)

        def full(descriptor, data, left=left, write=os.write):
            if next(left) <= 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            return write(descriptor, data[: len(data) // 2 or 1])

        entry, ids = begin(root, "a/0.png")
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", full)
            run(entry, ids)
        act = FileAct.objects.get(pk=ids[0])
        assert (act.state, act.problem) == ("refused", "the disk is full")
        assert tree(root.disk_path) == before
    assert not tree(trash)
    assert agrees(root)


@pytest.mark.parametrize("keeps_time", [False, True])
def test_a_file_that_is_changed_meanwhile_stays(root, monkeypatch, keeps_time):
    path = image("a/0.png").disk_path
    found = path.stat()
    convert = one.convert

    def changes(data: bytes, order: Order) -> one.Converted:
        made = convert(data, order)
        path.write_bytes(data[:-1] + b"x")
        if keeps_time:
            os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
        return made

    monkeypatch.setattr(one, "convert", changes)
    entry, ids = begin(root, "a/0.png")
    run(entry, ids)
    act = FileAct.objects.get(pk=ids[0])
    assert act.state == "refused"
    assert "changed" in act.problem
    assert path.read_bytes().endswith(b"x")
    assert {each.name for each in path.parent.glob("0*")} == {"0.png", "0.txt", "0.png.json"}


def test_two_jobs_on_one_file(root):
    one_entry, one_ids = begin(root, "a/0.png")
    other_entry, other_ids = begin(root, "a/0.png")
    run(one_entry, one_ids)
    run(other_entry, other_ids)
    act = FileAct.objects.get(pk=other_ids[0])
    assert (act.state, act.problem) == ("refused", "it is WebP already")
    assert agrees(root)


def test_a_scan_between_the_kill_and_what_goes_on(root, trash, monkeypatch):
    """It meets both files as they lie there."""
    original = image("a/0.png").disk_path.read_bytes()
    pk = image("a/0.png").pk
    before = tree(root.disk_path)
    for step in (44, 52, 60, 68, 74, 80):
        entry, ids = begin(root, "a/0.png")
        try:
            with struck(monkeypatch, step):
                run(entry, ids)
        except Died:
            look(root), read(root)
        run(entry, ids)
        assert_settled(root, FileAct.objects.get(pk=ids[0]), pk, "a/0.webp")
        assert_whole(root, trash, original)
        assert agrees(root)
        run(entry, ids, is_back=True)
        assert tree(root.disk_path) == before
        assert image("a/0.png").pk == pk
        look(root), read(root)
        assert agrees(root)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a system without signals")
def test_really_killed_a_few_times(root, trash):
    original = image("a/0.png").disk_path.read_bytes()
    pk = image("a/0.png").pk
    chosen = selections.of_images(root.collection, [pk])
    killed = 0
    for step in (70, 90, 105, 120, 135):

        def deed() -> None:
            history.perform("convert", {"bigger": "1"}, chosen)
            for job in Job.objects.filter(kind=filing.JOB, state__in=Job.ACTIVE):
                run_inline(job)

        killed += dies(deed, step)
        assert_whole(root, trash, original)
        go_on(root)
        assert not FileAct.objects.filter(state="doing").exists()
        entry = HistoryEntry.objects.order_by("-pk").first()
        if entry is not None and entry.image_count:
            history.undo(entry)
            go_on(root)
        assert image("a/0.png").pk == pk
        assert image("a/0.png").disk_path.read_bytes() == original
        assert agrees(root)
    assert killed > 2
