import pytest
from django_q.models import OrmQ

from dtoolkit.jobs import kinds
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import ending, planning, queue

pytestmark = pytest.mark.django_db
PARAMS = {"count": 95, "folder": "nowhere"}


def test_the_same_work_is_one_job_while_it_waits_or_runs():
    first = queue.enqueue("lab_count", PARAMS)
    assert queue.enqueue("lab_count", dict(reversed(PARAMS.items()))) == first
    assert queue.enqueue("lab_count", {**PARAMS, "count": 96}) != first


def test_work_that_has_ended_is_started_anew():
    first = queue.enqueue("lab_count", PARAMS)
    ending.fail(first.pk, "over")
    assert queue.enqueue("lab_count", PARAMS) != first


def test_a_task_is_sent_only_once_the_transaction_commits(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        queue.enqueue("lab_count", PARAMS)
        queue.enqueue("lab_count", PARAMS)
        assert not OrmQ.objects.exists()
    assert OrmQ.objects.get().key == "default"


def test_an_unknown_kind_is_refused():
    with pytest.raises(kinds.UnknownKind, match="does not know the job 'nonsense'"):
        queue.enqueue("nonsense", {})


def test_only_a_window_of_chunks_is_under_way(settings):
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, "workers": 3}
    job = planning.plan(queue.enqueue("lab_count", PARAMS).pk)
    assert len(queue.send_chunks(job)) == 6
    assert queue.send_chunks(job) == []
    job.chunks.filter(position=0).update(is_done=True)
    assert len(queue.send_chunks(job)) == 1


def test_the_windows_width_follows_the_cluster_of_the_kind(settings):
    settings.Q_CLUSTER = {"workers": 8, "ALT_CLUSTERS": {"gpu": {"workers": 1}}}
    assert queue.window("default") == 16
    assert queue.window("gpu") == 4


def test_work_wanted_while_its_job_runs_makes_that_job_run_once_more():
    job = planning.plan(queue.enqueue("lab_count", PARAMS).pk)
    with queue.finishing():
        assert queue.enqueue("lab_count", PARAMS) == job
    job.chunks.update(is_done=True)
    assert ending.settle(job.pk)
    again = Job.objects.get(state="queued")
    assert (again.kind, again.params) == (job.kind, job.params)


def test_work_wanted_before_its_job_is_planned_needs_no_second_run():
    job = queue.enqueue("lab_count", PARAMS)
    with queue.finishing():
        queue.enqueue("lab_count", PARAMS)
    job.refresh_from_db()
    assert not job.is_wanted_again
