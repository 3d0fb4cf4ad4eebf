"""Killed at any moment, a scan run again gives what an undisturbed one gives."""

import signal
import time
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError, connection

from dtoolkit.jobs.kinds import JobCancelled
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import runner
from gallery.models import Folder, Image, ImageMetadata, ImageResource, LibraryRoot, Prompt
from gallery.scanning import deep, locking, merging, quick, saving
from gallery.services import roots
from tests import pictures
from tests.gallery.scanning.beside import database_url, run
from tests.gallery.scanning.conftest import Progress, look, read

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]
FOLDERS, FILES = 6, 5

# Dies by SIGKILL in the middle of the nth transaction, after its rows are written.
_DIES = """
import os, signal, sys
import django
django.setup()
from gallery.models import Image, LibraryRoot
from gallery.scanning import deep, merging, quick, saving
from tests.gallery.scanning.conftest import Progress

quick._BATCH_FILES = quick._GROUP_FILES = deep._BATCH = 4
root = LibraryRoot.objects.get()
left = int(sys.argv[2])

def dying(step):
    def wrapped(*args, **kwargs):
        global left
        left -= 1
        done = step(*args, **kwargs)
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return done
    return wrapped

if sys.argv[1] == "quick":
    merging.copy_new = dying(merging.copy_new)
    quick.scan(root, Progress())
else:
    saving.failures.clear = dying(saving.failures.clear)
    deep.scan(list(Image.objects.values_list("pk", flat=True)), Progress())
"""


@pytest.fixture
def root(library_folder) -> LibraryRoot:
    for folder in range(FOLDERS):
        for n in range(FILES):
            made = f"Steps: {n + 1}, Seed: {folder}, Model: m{n}, Version: v1"
            infotext = f"prompt {n}, <lora:l{n}:0.5>\n{made}"
            pictures.a1111_png(library_folder / f"f{folder}" / f"{n}.png", infotext)
    return roots.add(roots.collection("default"), library_folder)


def state() -> list[object]:
    """All that a scan makes, without ids and moments."""
    images = Image.objects.order_by("folder__path", "name").values_list(
        "folder__path",
        "name",
        "size",
        "mtime_ns",
        "is_available",
        "read_version",
        "fingerprint",
        "format",
        "prompt__text",
        "checkpoint__name",
        "steps",
        "seed",
    )
    return [
        list(images),
        list(Folder.objects.order_by("path").values_list("path", "image_count", "is_available")),
        list(Prompt.objects.order_by("text").values_list("text", flat=True)),
        ImageMetadata.objects.count(),
        ImageResource.objects.count(),
    ]


def killed_in_the_middle_of(kind: str, transactions_before: int) -> None:
    assert run(_DIES, kind, transactions_before) == -signal.SIGKILL


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a system without signals")
def test_a_scan_killed_in_mid_transaction_and_run_again_is_as_if_nothing_happened(root):
    look(root)
    read(root)
    undisturbed = state()
    Folder.objects.all().delete()
    Prompt.objects.all().delete()

    killed_in_the_middle_of("quick", 3)
    kept = Image.objects.count()
    assert 0 < kept < FOLDERS * FILES  # whole batches, and not all of them
    look(root)
    killed_in_the_middle_of("deep", 3)
    kept = Image.objects.exclude(read_version=None).count()
    assert 0 < kept < FOLDERS * FILES
    read(root)
    assert state() == undisturbed


def cut_the_connection() -> None:
    """As when PostgreSQL ends, or a person ends this session."""
    with psycopg.connect(database_url(), autocommit=True) as other:
        backend = connection.connection.info.backend_pid
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])


@pytest.mark.parametrize(
    ("module", "step"),
    [(merging, "copy_new"), (saving, "_save_images")],
    ids=["quick scan", "deep scan"],
)
def test_a_lost_database_connection_loses_nothing(root, monkeypatch, module, step):
    """The job is tried again by itself, over a new connection."""
    monkeypatch.setattr(quick, "_BATCH_FILES", 4)
    monkeypatch.setattr(quick, "_GROUP_FILES", 4)
    monkeypatch.setattr(deep, "_BATCH", 4)
    monkeypatch.setattr("dtoolkit.jobs.services.queue.rest_after", lambda attempts: timedelta())
    stage, calls = getattr(module, step), []

    def cut(*args, **kwargs):
        calls.append(1)
        if len(calls) == 3:
            cut_the_connection()
        return stage(*args, **kwargs)

    monkeypatch.setattr(module, step, cut)
    last = runner.run_inline(roots.start_scan(root), follow=True)
    assert last.state == Job.State.DONE
    assert not Job.objects.exclude(state=Job.State.DONE).exists()
    assert len(calls) > 3
    assert Image.objects.filter(is_available=True).count() == FOLDERS * FILES
    assert not Image.objects.filter(prompt=None).exists()


def test_a_lost_connection_is_said_in_django_terms(root, monkeypatch):
    """Or else the next query of this process would go into the broken connection."""
    copy_new = merging.copy_new

    def cut(*args):
        cut_the_connection()
        return copy_new(*args)

    with monkeypatch.context() as patch:
        patch.setattr(merging, "copy_new", cut)
        with pytest.raises(OperationalError):
            quick.scan(root, Progress())
    connection.close_if_unusable_or_obsolete()
    assert look(root).merged.new == FOLDERS * FILES


def test_a_second_scan_of_the_same_folder_waits_for_the_first(root, monkeypatch):
    monkeypatch.setattr(locking, "_LOOK_S", 0.05)
    with psycopg.connect(database_url(), autocommit=True) as other:
        lock = [locking.LOCK_CLASS, root.pk]
        other.execute("SELECT pg_advisory_lock(%s, %s)", lock)
        progress = Progress(cancel_after=3)
        with pytest.raises(JobCancelled):
            quick.scan(root, progress)
        assert "Waits for another scan" in progress.messages[0]
        assert not Image.objects.exists()
    deadline = time.monotonic() + 10
    assert look(root).merged.new == FOLDERS * FILES
    assert time.monotonic() < deadline
