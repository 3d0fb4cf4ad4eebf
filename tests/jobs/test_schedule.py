from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_q.models import Schedule

from dtoolkit.jobs.services import planning, queue, stalls

pytestmark = pytest.mark.django_db


def test_recovery_runs_every_minute_and_is_scheduled_once():
    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0)
    schedule = Schedule.objects.get(name="recover jobs")
    assert (schedule.func, schedule.minutes) == ("dtoolkit.jobs.tasks.recover_jobs", 1)
    assert (schedule.repeats, schedule.cluster) == (-1, "default")


def test_a_cluster_with_nothing_to_do_is_not_stalled():
    assert not stalls.work_waits_for_nobody("default")


def test_work_that_waits_is_first_sent_again_and_then_the_cluster_has_to_end(monkeypatch):
    now = 100.0
    resent = []
    monkeypatch.setattr(stalls.time, "monotonic", lambda: now)
    monkeypatch.setattr(stalls, "work_waits_for_nobody", lambda cluster: True)
    monkeypatch.setattr(stalls.recovery, "recover", lambda **_: resent.append(now))
    watch = stalls.Watch("default")
    assert watch.look()
    now += stalls.RESEND_AFTER_S
    assert watch.look() and watch.look()
    assert resent == [now]
    now += stalls.END_AFTER_S
    assert not watch.look()


def test_a_chunk_that_has_rested_goes_on_by_itself(folder):
    job = planning.plan(queue.enqueue("lab_explode", {"folder": str(folder)}).pk)
    job.chunks.update(not_before=timezone.now() + timedelta(minutes=1))
    assert stalls.Watch("default").look()
    assert not job.chunks.filter(sent_at__isnull=False).exists()
    job.chunks.update(not_before=timezone.now())
    assert stalls.Watch("default").look()
    assert job.chunks.filter(sent_at__isnull=False).count() == 2


def test_a_stall_that_passes_is_forgotten(monkeypatch):
    waits = True
    now = 100.0
    monkeypatch.setattr(stalls.time, "monotonic", lambda: now)
    monkeypatch.setattr(stalls, "work_waits_for_nobody", lambda cluster: waits)
    watch = stalls.Watch("default")
    assert watch.look()
    waits = False
    assert watch.look()
    waits, now = True, now + 1000
    assert watch.look()
