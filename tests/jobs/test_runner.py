"""Jobs run in this process, as commands run them."""

import os
import signal
import threading

import pytest

from dtoolkit.jobs.models import Job, JobChunk
from dtoolkit.jobs.services import clusters, planning, queue, runner


def params(folder, **more):
    return {"count": 25, "folder": str(folder), **more}


@pytest.mark.django_db
def test_a_job_runs_to_its_end_and_tells_how_far_it_is(folder):
    told = []
    job = queue.enqueue("lab_count", params(folder))
    ended = runner.run_inline(job, on_progress=lambda job: told.append((job.state, job.done)))
    assert (ended.state, ended.done, ended.total, ended.failed) == ("done", 25, 25, 0)
    assert told[0] == ("running", 0)
    assert told[-1] == ("done", 25)
    assert [done for _, done in told] == sorted(done for _, done in told)
    assert not JobChunk.objects.exists()


@pytest.mark.django_db
def test_an_unknown_total_grows_as_work_is_found():
    totals = []
    job = queue.enqueue("lab_discover", {})
    ended = runner.run_inline(job, on_progress=lambda job: totals.append(job.total))
    assert totals[0] is None
    assert (ended.total, ended.done, ended.failed, ended.is_total_known) == (7, 7, 1, False)


@pytest.mark.django_db
def test_what_follows_is_run_too_when_asked(folder):
    job = queue.enqueue("lab_discover", {"then": params(folder)})
    last = runner.run_inline(job, follow=True)
    assert (last.kind, last.state, last.done) == ("lab_count", "done", 25)


@pytest.mark.django_db
def test_what_follows_is_left_to_the_cluster_otherwise(folder):
    runner.run_inline(queue.enqueue("lab_discover", {"then": params(folder)}))
    assert Job.objects.get(kind="lab_count").state == "queued"


@pytest.mark.django_db
def test_an_error_is_tried_again_and_forgotten_when_that_goes_well(folder, no_rest):
    job = queue.enqueue("lab_explode", {"folder": str(folder), "times": 2})
    ended = runner.run_inline(job)
    assert (ended.state, ended.done, ended.failed, ended.error) == ("done", 4, 0, "")


@pytest.mark.django_db
def test_an_error_that_stays_fails_the_job_and_the_other_parts_still_run(folder, no_rest):
    ended = runner.run_inline(queue.enqueue("lab_explode", {"folder": str(folder)}))
    assert ended.state == "failed"
    assert ended.error == "Something unforeseen: ValueError: boom. The log says where."
    assert (ended.done, ended.failed, ended.total) == (4, 1, 4)
    assert (folder / "tries").read_text() == "xxx"


@pytest.mark.django_db
def test_an_error_meant_for_the_person_is_shown_as_it_is_and_not_tried_again(folder):
    job = queue.enqueue("lab_explode", {"folder": str(folder), "app_error": True})
    ended = runner.run_inline(job)
    assert (ended.state, ended.error) == ("failed", "The drive is away.")
    assert (folder / "tries").read_text() == "x"


@pytest.mark.django_db
def test_a_plan_that_fails_leaves_no_half_of_itself():
    ended = runner.run_inline(queue.enqueue("lab_unplannable", {}))
    assert (ended.state, ended.error, ended.done) == ("failed", "The folder is not there.", 0)
    assert not JobChunk.objects.exists()


@pytest.mark.django_db
def test_a_job_without_work_is_done_at_once(folder):
    ended = runner.run_inline(queue.enqueue("lab_count", params(folder, count=0)))
    assert (ended.state, ended.done, ended.total) == ("done", 0, 0)


@pytest.mark.django_db
def test_ctrl_c_cancels_and_keeps_what_was_saved(folder, monkeypatch):
    monkeypatch.setattr("dtoolkit.jobs.services.progress.WRITE_EVERY_S", 0)

    def interrupt(job: Job) -> None:
        if job.done and job.is_active:
            raise KeyboardInterrupt

    job = runner.run_inline(queue.enqueue("lab_count", params(folder)), on_progress=interrupt)
    assert (job.state, job.done) == ("cancelled", 1)


@pytest.mark.django_db
def test_ctrl_c_right_after_a_part_was_done_does_not_undo_it(folder):
    def interrupt(job: Job) -> None:
        if job.done and job.is_active:
            raise KeyboardInterrupt

    job = runner.run_inline(queue.enqueue("lab_count", params(folder)), on_progress=interrupt)
    assert (job.state, job.done) == ("cancelled", 10)


@pytest.mark.django_db
def test_a_running_job_whose_cluster_is_gone_is_taken_over(folder):
    job = planning.plan(queue.enqueue("lab_count", params(folder)).pk)
    queue.send_chunks(job)
    assert runner.run_inline(job).state == "done"


@pytest.mark.django_db
def test_a_job_that_a_cluster_runs_is_watched_not_run_twice(folder):
    job = planning.plan(queue.enqueue("lab_count", params(folder)).pk)
    clusters.beat("one", "default")

    def look(seen: Job) -> None:
        Job.objects.filter(pk=seen.pk).update(state="done")

    assert runner.run_inline(job, on_progress=look).state == "done"
    assert not (folder / "order").exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_several_processes_share_a_job(folder, lab_in_children):
    job = queue.enqueue("lab_count", params(folder, count=60))
    ended = runner.run_inline(job, workers=2)
    assert (ended.state, ended.done, ended.total) == ("done", 60, 60)
    assert len([path for path in folder.iterdir() if path.name.isdigit()]) == 60


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_deadly_id_is_isolated_among_several_processes_too(folder, lab_in_children):
    job = queue.enqueue("lab_count", params(folder, count=6, size=2, deadly=[4]))
    ended = runner.run_inline(job, workers=2)
    assert (ended.state, ended.done, ended.failed, ended.total) == ("done", 6, 1, 6)
    assert (folder / "given-up").read_text().startswith("[4] ")


@pytest.fixture
def hears_ctrl_c():
    """A shell that starts the tests in the background has them ignore SIGINT."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_ctrl_c_ends_all_processes(folder, lab_in_children, hears_ctrl_c):
    job = queue.enqueue("lab_count", params(folder, count=400, size=200, pause=0.05))
    seen = threading.Event()

    def interrupt(job: Job) -> None:
        if job.done and not seen.is_set():
            seen.set()
            os.kill(os.getpid(), signal.SIGINT)

    ended = runner.run_inline(job, workers=2, on_progress=interrupt)
    assert ended.state == "cancelled"
    assert 0 < ended.done < 400
