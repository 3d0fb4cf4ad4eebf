"""Killed at any moment, an act goes on where it was, and its undo brings everything back."""

import signal

import pytest

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import recovery
from dtoolkit.jobs.services.runner import run_inline
from gallery.actions.marks import Rate
from gallery.models import HistoryEntry, HistoryPart, Image
from gallery.services import history, selections
from tests.factories import FolderFactory, ImageFactory
from tests.gallery.scanning.beside import run

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a system without signals"),
]
BATCHES = 6

# Dies by SIGKILL after the nth batch: before or after its transaction is committed.
_DIES = """
import sys
import django
django.setup()
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from gallery.actions.marks import Rate
from gallery.services import history
from tests.gallery.dying import dying

Rate.waits_for, Rate.batch_size = 2, 2

name = {"inside": "note", "after": "run", "undo_inside": "_refuse", "undo_after": "undo_parts"}
setattr(history, name[sys.argv[1]], dying(getattr(history, name[sys.argv[1]]), int(sys.argv[2])))
run_inline(Job.objects.latest("pk"))
"""


@pytest.fixture
def images(monkeypatch):
    monkeypatch.setattr(Rate, "waits_for", 2)
    monkeypatch.setattr(Rate, "batch_size", 2)
    folder = FolderFactory(image_count=2 * BATCHES)
    made = ImageFactory.create_batch(2 * BATCHES, folder=folder)
    for number, image in enumerate(made):
        Image.objects.filter(pk=image.pk).update(rating=number % 5 or None)
    return made


def ratings() -> list[int | None]:
    return list(Image.objects.order_by("pk").values_list("rating", flat=True))


def rate_all(images) -> HistoryEntry:
    chosen = selections.of_images(images[0].collection, [image.pk for image in images])
    return history.perform("rate", {"value": "9"}, chosen)


def go_on() -> None:
    recovery.recover(assume_dead=True)
    run_inline(Job.objects.latest("pk"))


@pytest.mark.parametrize("moment", ["inside", "after"])
@pytest.mark.parametrize("batches", [0, 2, BATCHES - 1])
def test_an_act_that_was_killed_goes_on_and_is_undone_whole(images, moment, batches):
    before = ratings()
    entry = rate_all(images)
    assert run(_DIES, moment, batches) == -signal.SIGKILL
    go_on()
    entry.refresh_from_db()
    assert ratings() == [9] * 2 * BATCHES
    assert (entry.state, entry.image_count) == ("done", 2 * BATCHES)
    noted = [pk for ids in HistoryPart.objects.values_list("image_ids", flat=True) for pk in ids]
    assert sorted(noted) == [image.pk for image in images]
    history.undo(entry)
    run_inline(Job.objects.latest("pk"))
    assert ratings() == before


@pytest.mark.parametrize("moment", ["undo_inside", "undo_after"])
@pytest.mark.parametrize("parts", [0, 3])
def test_an_undo_that_was_killed_goes_on(images, moment, parts):
    before = ratings()
    entry = rate_all(images)
    run_inline(Job.objects.latest("pk"))
    history.undo(entry)
    assert run(_DIES, moment, parts) == -signal.SIGKILL
    go_on()
    entry.refresh_from_db()
    assert ratings() == before
    assert (entry.state, entry.refused_count) == ("undone", 0)
