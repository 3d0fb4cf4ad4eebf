"""Generate, move, rename, unplug, replug, replace, restore, delete, with faults in between: after
each round the database, the disk and what people said agree."""

import random

import pytest

from dtoolkit.core.errors import AppError
from dtoolkit.jobs.kinds import JobCancelled
from gallery.models import Image, LibraryRoot
from gallery.scanning import deep, moves, quick
from gallery.services import roots, verify
from tests.gallery.life import Life

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROUNDS = 200


class Killed(BaseException):
    """Whatever runs ends here, as by a kill: nothing catches it."""


class Calm:
    def report(self, done, failed=0, message="", found=None):
        self.check()

    def check(self):
        pass


class Trouble(Calm):
    """Something happens at one moment of the scan."""

    def __init__(self, at, act):
        self._left = at
        self._act = act

    def check(self):
        self._left -= 1
        if self._left == 0:
            self._act()


def scan(root, progress):
    quick.scan(root, progress)
    images = Image.objects.filter(folder__root=root)
    deep.scan(list(deep.unread(images).values_list("pk", flat=True)), progress)
    moves.settle(is_last=True)


def faults(life):
    def kill():
        raise Killed

    def cancel():
        raise JobCancelled

    def pull():
        root = life.rng.choice(sorted(life.folders))
        if root not in life.unplugged:
            life.pull(root)

    return (kill, cancel, pull, life.move_tree, life.move_file, life.delete)


def scan_in_trouble(life):
    act = life.rng.choice(faults(life))
    life.events.append(f"in mid-scan {act.__name__}")
    trouble = Trouble(life.rng.randint(1, 8), act)
    for root in LibraryRoot.objects.order_by("?"):
        try:
            scan(root, trouble)
        except (Killed, JobCancelled, AppError):
            life.events.append("ended")


def verify_all(life):
    """What `manage.py verify` would say: nothing."""
    for root in LibraryRoot.objects.all():
        report = verify.verify(root, Calm(), deep=True)
        assert report.differences == 0, f"{report.found}: {life.events[-8:]}"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [1, 2])
def test_database_disk_and_what_people_said_agree_after_every_round(tmp_path, monkeypatch, seed):
    monkeypatch.setattr(deep, "_BATCH", 3)
    monkeypatch.setattr(quick, "_BATCH_FILES", 4)
    monkeypatch.setattr(quick, "_GROUP_FILES", 4)
    monkeypatch.setattr("gallery.scanning.reading._SETTLED_AFTER_S", 0)
    folders = {}
    for name in ("one", "two"):
        folders[name] = tmp_path / name
        folders[name].mkdir()
        # An empty folder is a drive that is not mounted.
        (folders[name] / "notes.md").touch()
    life = Life(random.Random(seed), folders)
    life.generate()
    for folder in folders.values():
        roots.add(roots.collection("default"), folder)
    for _ in range(ROUNDS // 2):
        for _ in range(life.rng.randint(1, 4)):
            life.happen()
        if life.rng.random() < 0.4:
            scan_in_trouble(life)
        for root in LibraryRoot.objects.order_by("?"):
            try:
                scan(root, Calm())
            except AppError:
                life.events.append(f"{root} is offline")
        life.check()
        verify_all(life)
    life.replug()
    for root in LibraryRoot.objects.all():
        scan(root, Calm())
    life.check()
    verify_all(life)
    assert len(life.pictures) > 50
