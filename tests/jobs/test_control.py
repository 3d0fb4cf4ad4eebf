import pytest

from dtoolkit.core.errors import Conflict
from dtoolkit.jobs.kinds import JobCancelled
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import chunks, control, ending, planning, progress, queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(folder) -> Job:
    return queue.enqueue("lab_count", {"count": 40, "folder": str(folder)})


@pytest.fixture
def job(waiting) -> Job:
    return planning.plan(waiting.pk)


def test_a_waiting_job_is_cancelled_at_once_and_never_planned(waiting):
    control.cancel(waiting)
    assert waiting.state == "cancelled"
    assert planning.plan(waiting.pk) is None


def test_sent_chunks_of_a_cancelled_job_never_run(job, folder):
    sent = queue.send_chunks(job)
    control.cancel(job)
    assert job.state == "cancelled"
    assert [chunks.execute(pk, number) for pk, number in sent] == [None] * 4
    assert not list(folder.iterdir())


def test_a_running_chunk_hears_of_it_and_what_it_saved_counts(job, monkeypatch):
    monkeypatch.setattr(progress, "WRITE_EVERY_S", 0)
    told = []

    def cancel_after_three(seen: Job) -> None:
        told.append(seen.done)
        if seen.done == 3:
            control.cancel(job)
            assert job.is_stopping

    ((pk, number),) = queue.take_chunks(job, 1)
    chunks.execute(pk, number, on_write=cancel_after_three)
    assert ending.settle(job.pk)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert job.done == 4


def test_a_paused_job_sends_nothing_until_it_goes_on(job):
    queue.send_chunks(job)
    control.pause(job)
    assert job.is_paused
    assert not job.chunks.filter(sent_at__isnull=False).exists()
    assert queue.send_chunks(job) == []
    control.resume(job)
    assert job.chunks.filter(sent_at__isnull=False).count() == 4


def test_a_running_chunk_of_a_paused_job_goes_back_without_blame(job, monkeypatch):
    monkeypatch.setattr(progress, "WRITE_EVERY_S", 0)
    ((pk, number),) = queue.take_chunks(job, 1)
    chunks.execute(pk, number, on_write=lambda seen: control.pause(job))
    chunk = job.chunks.get(pk=pk)
    assert (chunk.sent_at, chunk.started_at, chunk.attempts, chunk.is_done) == (
        None,
        None,
        0,
        False,
    )
    assert not ending.settle(job.pk)


def test_a_paused_job_can_be_cancelled(job):
    control.pause(job)
    control.cancel(job)
    assert job.state == "cancelled"


def test_retry_starts_the_same_work_as_a_new_job(job):
    control.cancel(job)
    again = control.retry(job)
    assert again != job
    assert (again.kind, again.params, again.state) == (job.kind, job.params, "queued")


def test_a_running_job_is_not_started_twice(job):
    with pytest.raises(Conflict, match="still running"):
        control.retry(job)


def test_clearing_forgets_what_has_ended_and_nothing_else(job):
    ended = queue.enqueue("lab_discover", {})
    ending.fail(ended.pk, "over")
    assert control.clear_finished() == 1
    assert list(Job.objects.all()) == [job]


def test_only_the_latest_jobs_are_kept(job, monkeypatch):
    monkeypatch.setattr(ending, "KEPT", 2)
    ended = [queue.enqueue("lab_discover", {"n": n}) for n in range(3)]
    for each in ended:
        ending.fail(each.pk, "over")
    assert set(Job.objects.all()) == {job, *ended[1:]}


def test_what_the_progress_check_raises_is_what_kinds_expect():
    assert issubclass(progress.ChunkReleased, JobCancelled)
    assert issubclass(progress.ChunkSuperseded, JobCancelled)
