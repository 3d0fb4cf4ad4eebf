"""Killed at any moment, a restore goes on where it was and ends as if nothing had happened."""

import signal

import pytest

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import recovery
from dtoolkit.jobs.services.runner import run_inline
from gallery.backup import restoring, taking
from gallery.backup.options import Options
from gallery.models import Collection, HistoryEntry
from gallery.services import history
from tests.gallery.backup import said
from tests.gallery.scanning.beside import run

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a system without signals"),
]

# Dies by SIGKILL after the nth batch: before or after its transaction is committed, or at the end.
_DIES = """
import sys
import django
django.setup()
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from gallery.backup import restoring, taking, waiting
from gallery.services import history
from tests.gallery.dying import dying

taking.BATCH = 1

module, name = {
    "inside": (history, "note"),
    "after": (restoring, "run"),
    "end": (waiting, "settle"),
}[sys.argv[1]]
setattr(module, name, dying(getattr(module, name), int(sys.argv[2])))
run_inline(Job.objects.get(kind="restore"))
"""


@pytest.mark.parametrize(("moment", "nth"), [("inside", 3), ("after", 1), ("after", 6), ("end", 0)])
def test_killed_it_goes_on(backup, library_folder, monkeypatch, moment, nth):
    monkeypatch.setattr(restoring, "AT_ONCE", 1)
    monkeypatch.setattr(taking, "BATCH", 1)
    before = said.told()
    said.forget_all()
    said.scan(library_folder)
    empty = said.told()
    with backup.open("rb") as file:
        taken = taking.take(file)
    collection = Collection.objects.get()
    entry = restoring.start(taken, collection, Options())
    assert run(_DIES, moment, nth) == -signal.SIGKILL
    recovery.recover(assume_dead=True)
    job = Job.objects.get(kind="restore")
    if job.is_active:  # else nothing but its end was left to do
        assert restoring.start(taken, collection, Options()).pk == entry.pk
        job = run_inline(job)
    assert (job.state, job.error) == (Job.State.DONE, "")
    assert said.told() == before
    entry.refresh_from_db()
    assert (entry.state, entry.image_count) == (HistoryEntry.State.DONE, 7)
    assert HistoryEntry.objects.filter(action="restore-backup").count() == 1
    history.undo(entry)
    assert said.told() == empty
