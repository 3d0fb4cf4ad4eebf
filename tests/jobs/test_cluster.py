"""Jobs in a real cluster of processes, which die at the worst moment."""

import time
from pathlib import Path

import psutil
import pytest
from django.db import connection
from django_q.models import Failure, Task

from dtoolkit.jobs.models import Job, JobChunk
from dtoolkit.jobs.services import clusters, control, queue, recovery, stopping
from tests.jobs.conftest import RealCluster, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def has_ended(job: Job):
    def look() -> bool:
        job.refresh_from_db()
        return not job.is_active

    return look


def done_files(folder: Path) -> int:
    return len([path for path in folder.iterdir() if path.name.isdigit()])


def busy_worker(job: Job, cluster: RealCluster) -> psutil.Process:
    """The process that holds a chunk of the job, found by its connection's port."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT client_port FROM pg_stat_activity JOIN pg_locks USING (pid)"
            " WHERE locktype = 'advisory' AND objid = ANY(%s)",
            [list(JobChunk.objects.filter(job=job).values_list("pk", flat=True))],
        )
        ports = {row[0] for row in cursor.fetchall()}
    for process in cluster.family():
        if any(c.laddr and c.laddr.port in ports for c in process.net_connections("inet")):
            return process
    raise AssertionError("no worker holds a chunk")


def idle_workers(cluster: RealCluster) -> list[psutil.Process]:
    """The guard's first children; after them it starts monitor and pusher."""
    guard = psutil.Process(cluster.process.pid).children()[0]
    return sorted(guard.children(), key=lambda child: child.pid)[:2]


def test_a_job_runs_to_its_end_and_leaves_no_rows_behind(cluster, folder):
    job = queue.enqueue("lab_count", {"count": 95, "folder": str(folder)})
    wait_for(has_ended(job))
    assert (job.state, job.done, job.failed, job.total) == ("done", 95, 0, 95)
    assert done_files(folder) == 95
    assert not JobChunk.objects.exists()
    assert not Task.objects.exists()


def test_a_killed_worker_costs_nothing_but_its_last_moment(cluster, folder):
    job = queue.enqueue("lab_count", {"count": 60, "size": 20, "folder": str(folder), "pause": 0.1})
    wait_for(lambda: done_files(folder) > 6)
    busy_worker(job, cluster).kill()
    wait_for(has_ended(job))
    assert (job.state, job.done, job.failed, job.total) == ("done", 60, 0, 60)
    assert done_files(folder) == 60


def test_a_worker_that_can_do_no_more_makes_way_for_a_fresh_one(cluster, folder):
    for _ in range(6):  # by two workers
        job = queue.enqueue("lab_spend", {"folder": str(folder)})
        wait_for(has_ended(job))
        assert (job.state, job.error) == ("failed", "The card is gone.")
    assert len(list(folder.glob("process-*"))) == 6
    assert not Failure.objects.exists()


def test_a_killed_cluster_is_made_good_by_the_next_one(cluster, folder):
    job = queue.enqueue(
        "lab_count", {"count": 60, "size": 10, "folder": str(folder), "pause": 0.05}
    )
    wait_for(lambda: done_files(folder) > 6)
    cluster.kill()
    assert done_files(folder) < 60
    recovery.recover(assume_dead=True)
    cluster.start()
    wait_for(has_ended(job))
    assert (job.state, job.done, job.total) == ("done", 60, 60)
    order = (folder / "order").read_text().split()
    assert len(order) - len(set(order)) <= 2, "only what two workers had in hand ran twice"


def test_a_database_that_drops_every_connection_costs_a_moment(cluster, folder):
    job = queue.enqueue(
        "lab_count", {"count": 60, "size": 10, "folder": str(folder), "pause": 0.05}
    )
    wait_for(lambda: done_files(folder) > 6)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    wait_for(has_ended(job), 90)
    assert (job.state, job.done, job.failed, job.total) == ("done", 60, 0, 60)


def test_cancel_ends_a_running_job_within_moments_and_keeps_what_was_saved(cluster, folder):
    job = queue.enqueue(
        "lab_count", {"count": 500, "size": 50, "folder": str(folder), "pause": 0.05}
    )
    wait_for(lambda: done_files(folder) > 4)
    control.cancel(job)
    wait_for(has_ended(job), 5)
    assert job.state == "cancelled"
    assert job.done == done_files(folder) < 100
    time.sleep(0.5)
    assert job.done == done_files(folder), "nothing goes on after the end"


def test_a_deadly_id_is_found_by_halving_and_the_rest_goes_on(cluster, folder):
    job = queue.enqueue(
        "lab_count", {"count": 40, "size": 20, "folder": str(folder), "deadly": [7]}
    )
    wait_for(has_ended(job), 90)
    assert (job.state, job.done, job.failed, job.total) == ("done", 40, 1, 40)
    assert done_files(folder) == 39
    assert (folder / "given-up").read_text().startswith("[7] ")


def test_two_jobs_share_the_workers(cluster, folder, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    params = {"count": 200, "size": 5, "pause": 0.01}
    first = queue.enqueue("lab_count", {**params, "folder": str(folder)})
    wait_for(lambda: done_files(folder) > 5)
    second = queue.enqueue("lab_count", {**params, "folder": str(other)})
    wait_for(has_ended(first))
    assert done_files(other) > 80, "the later job waited for the earlier one"
    wait_for(has_ended(second))


def test_an_error_is_on_the_job_and_not_in_the_queues_own_tables(cluster, folder):
    job = queue.enqueue("lab_explode", {"folder": str(folder), "app_error": True})
    wait_for(has_ended(job))
    assert (job.state, job.error) == ("failed", "The drive is away.")
    assert (job.done, job.failed) == (4, 1)
    assert not Failure.objects.exists()


def test_a_stopping_machine_hands_its_chunks_back(cluster, folder):
    job = queue.enqueue(
        "lab_count", {"count": 200, "size": 100, "folder": str(folder), "pause": 0.05}
    )
    wait_for(lambda: done_files(folder) > 4)
    stopping.request()
    cluster.stop()
    assert not JobChunk.objects.filter(started_at__isnull=False, is_done=False).exists()
    assert not JobChunk.objects.filter(attempts__gt=0).exists()
    assert job.is_active


def test_a_clusters_life_is_known(cluster):
    assert [beat.cluster for beat in clusters.alive()] == ["default"]


def test_a_cluster_that_lost_an_idle_worker_with_its_queues_lock_makes_way_for_a_new_one(
    cluster, folder
):
    time.sleep(1)  # until they wait for work, one of them with the lock
    for worker in idle_workers(cluster):
        worker.kill()
    job = queue.enqueue("lab_count", {"count": 20, "folder": str(folder)})
    wait_for(lambda: has_ended(job)() or cluster.process.poll() is not None, 150)
    if job.is_active:
        recovery.recover(assume_dead=True)
        cluster.start()
    wait_for(has_ended(job), 90)
    assert (job.state, job.done) == ("done", 20)
