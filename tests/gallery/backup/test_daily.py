from datetime import timedelta

import pytest
from django.utils import timezone

from dtoolkit.jobs import kinds
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from dtoolkit.jobs.tasks import recover_jobs
from gallery import preferences
from gallery.backup import folders
from gallery.models import Collection
from tests.factories import CollectionFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def collection() -> Collection:
    return CollectionFactory()


def due(**later: int) -> list[tuple[str, dict[str, int]]]:
    return kinds.due(timezone.now() + timedelta(**later))


def test_nothing_is_made_that_nobody_asked_for(collection):
    assert due() == []
    recover_jobs()
    assert not Job.objects.exists()


def test_once_a_day_where_it_is_wanted(collection):
    preferences.put(preferences.DAILY_BACKUP, "1")
    recover_jobs()
    recover_jobs()
    run_inline(Job.objects.get(kind="backup"))
    assert len(folders.kept(collection)) == 1
    assert due(hours=23) == []
    assert due(hours=25) == [("backup", {"collection_id": collection.pk})]


def test_what_went_wrong_rests_an_hour(collection):
    preferences.put(preferences.DAILY_BACKUP, "1")
    recover_jobs()
    Job.objects.update(state=Job.State.FAILED)
    assert due(minutes=50) == []
    assert len(due(minutes=70)) == 1


def test_the_latest_are_kept(collection, monkeypatch):
    monkeypatch.setattr(folders, "KEPT", 2)
    folders.made().mkdir(parents=True)
    for hour in range(4):
        name = f"default 2026-05-03 0{hour}0000.jsonl.gz"
        (folders.made() / name).touch()
    other = folders.made() / "default-two 2026-05-03 000000.jsonl.gz"
    other.touch()
    folders.prune(collection)
    kept = sorted(path.name[19:21] for path in folders.made().glob("default *"))
    assert (kept, other.exists()) == (["02", "03"], True)
    assert folders.kept(collection) == []  # they cannot be read
