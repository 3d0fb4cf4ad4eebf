"""What died comes back: here the deaths are written into the ledger by hand."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import chunks, control, ledger, locks, planning, queue, recovery

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(folder) -> Job:
    params = {"count": 40, "size": 10, "folder": str(folder)}
    return planning.plan(queue.enqueue("lab_count", params).pk)


def die(job: Job, done: int = 0):
    """A worker takes the next chunk, does a part of it, and dies."""
    ((pk, _),) = queue.take_chunks(job, 1)
    job.chunks.filter(pk=pk).update(started_at=timezone.now())
    chunk = job.chunks.get(pk=pk)
    ledger.record(chunk, done=done, failed=0, size=chunk.size)
    return chunk


def test_a_dead_workers_chunk_is_sent_again(job):
    chunk = die(job, done=4)
    recovery.recover()
    chunk.refresh_from_db()
    assert (chunk.attempts, chunk.started_at, chunk.sends) == (1, None, 2)


def test_a_living_workers_chunk_is_left_alone(job):
    chunk = die(job)
    with locks.holding(locks.Lock.CHUNK, chunk.pk):
        recovery.recover(assume_dead=True)
    chunk.refresh_from_db()
    assert (chunk.attempts, chunk.sends) == (0, 1)


def test_a_worker_that_hangs_longer_than_a_task_may_take_counts_as_dead(job):
    chunk = die(job)
    long_ago = timezone.now() - timedelta(hours=2)
    job.chunks.filter(pk=chunk.pk).update(heartbeat_at=long_ago)
    with locks.holding(locks.Lock.CHUNK, chunk.pk):
        recovery.recover()
    chunk.refresh_from_db()
    assert chunk.attempts == 1


def test_a_chunk_that_kills_twice_is_halved_and_its_counts_are_taken_back(job):
    die(job, done=4)
    recovery.revive(job)
    chunk = die(job, done=6)
    recovery.revive(job)
    halves = job.chunks.filter(attempts=1).order_by("position")
    assert [half.ids for half in halves] == [chunk.ids[:5], chunk.ids[5:]]
    assert [half.size for half in halves] == [5, 5]
    job.refresh_from_db()
    assert (job.done, job.total) == (0, 40)


def test_a_single_id_that_kills_three_times_is_given_up(job, folder):
    job.chunks.exclude(position=0).delete()
    job.chunks.update(ids=[7], size=1)
    for _ in range(3):
        die(job)
        recovery.revive(job)
    job.refresh_from_db()
    assert (job.done, job.failed) == (1, 1)
    assert (folder / "given-up").read_text() == "[7] It ended the worker process three times."


def test_a_chunk_without_ids_that_kills_three_times_fails_its_job():
    job = planning.plan(queue.enqueue("lab_discover", {}).pk)
    for _ in range(3):
        die(job)
        recovery.revive(job)
    recovery.recover()
    job.refresh_from_db()
    assert job.state == "failed"
    assert job.error == "The worker died each time it did this. The log may say why."


def test_a_message_nobody_took_is_repeated_and_only_one_of_the_two_counts(job):
    ((pk, number),) = queue.take_chunks(job, 1)
    job.chunks.filter(pk=pk).update(sent_at=timezone.now() - timedelta(minutes=6))
    assert recovery.recover() == 1
    assert chunks.execute(pk, number) is not None
    assert chunks.execute(pk, number) is None
    job.refresh_from_db()
    assert job.done == 10


def test_a_recent_message_is_given_time(job):
    queue.take_chunks(job, 4)
    assert recovery.recover() == 0


def test_a_message_of_an_earlier_sending_does_nothing(job):
    chunk = die(job)
    recovery.recover()
    assert chunks.execute(chunk.pk, 1) is None


def test_a_worker_thought_dead_cannot_change_the_counts_any_more(job):
    chunk = die(job, done=3)
    recovery.recover()
    assert ledger.record(chunk, done=9, failed=0, size=10, is_done=True) is None
    job.refresh_from_db()
    assert job.done == 3


def test_a_lost_plan_is_sent_again(folder, django_capture_on_commit_callbacks):
    job = queue.enqueue("lab_count", {"count": 4, "folder": str(folder)})
    assert recovery.recover() == 0
    Job.objects.update(sent_at=timezone.now() - timedelta(minutes=6))
    with django_capture_on_commit_callbacks(execute=True):
        assert recovery.recover() == 1
    assert OrmQ.objects.count() == 1
    assert job.is_active


def test_a_plan_that_keeps_killing_its_worker_fails_the_job(folder):
    job = queue.enqueue("lab_count", {"count": 4, "folder": str(folder)})
    Job.objects.update(state="running")
    for _ in range(3):
        recovery.recover()
    job.refresh_from_db()
    assert job.state == "failed"


def test_an_end_that_was_not_reached_is_reached(job):
    job.chunks.update(is_done=True)
    recovery.recover()
    job.refresh_from_db()
    assert job.state == "done"


def test_a_cancelled_job_whose_worker_died_ends(job):
    die(job)
    control.cancel(job)
    assert job.state == "running"
    recovery.recover()
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_commands_job_goes_on_in_the_cluster_when_the_command_dies(job):
    Job.objects.update(is_inline=True)
    with locks.holding(locks.Lock.INLINE, job.pk):
        recovery.recover()
        job.refresh_from_db()
        assert job.is_inline
    recovery.recover()
    job.refresh_from_db()
    assert not job.is_inline
    assert job.chunks.filter(sent_at__isnull=False).count() == 4


def test_a_job_of_an_unknown_kind_fails_and_stops_no_other(job):
    Job.objects.create(kind="gone", description="From an older version", state="running")
    die(job)
    recovery.recover()
    assert Job.objects.get(kind="gone").error == "This version does not know the job 'gone'."
    assert not job.chunks.filter(started_at__isnull=False).exists()
