"""Puts work into the queue: a job once, and of its chunks only a window at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django_q.tasks import async_task

from dtoolkit.jobs import kinds
from dtoolkit.jobs.models import Job, JobChunk

_MIN_WINDOW = 4
_RUNNABLE = {
    "state": Job.State.RUNNING,
    "is_planned": True,
    "is_inline": False,
    "is_paused": False,
    "is_cancel_requested": False,
}
_following: ContextVar[list[Job] | None] = ContextVar("jobs_following", default=None)
_finishing: ContextVar[bool] = ContextVar("jobs_finishing", default=False)


def enqueue(kind_name: str, params: kinds.Params) -> Job:
    """Starts a job on commit; the one that already waits or runs with the same params is returned.

    Where that one was planned before this call came from within `finishing`, it runs once more, so
    that what came in meanwhile is not left behind.
    """
    kind = kinds.get(kind_name)
    # Who follows a scan in a terminal does not wait for networks; a server takes those up.
    following = _following.get() if kind.cluster == "default" else None
    fresh = Job(
        kind=kind_name,
        params=params,
        description=kind.describe(params),
        is_inline=following is not None,
        sent_at=timezone.now(),
    )
    while True:
        job = Job.objects.filter(kind=kind_name, params=params, state__in=Job.ACTIVE).first()
        if job is not None:
            if _finishing.get():
                Job.objects.filter(pk=job.pk, is_planned=True, state__in=Job.ACTIVE).update(
                    is_wanted_again=True
                )
            break
        try:
            with transaction.atomic():
                fresh.save(force_insert=True)
        except IntegrityError:
            continue  # another process was faster: return its job
        job = fresh
        if following is None:
            send_plan(job)
        break
    if following is not None:
        following.append(job)
    return job


@contextmanager
def following() -> Iterator[list[Job]]:
    """Collects what is enqueued within, for the process itself to run."""
    jobs: list[Job] = []
    token = _following.set(jobs)
    try:
        yield jobs
    finally:
        _following.reset(token)


@contextmanager
def finishing() -> Iterator[None]:
    """At another job's end, and after news that concern all: within, a job already under way is
    wanted again rather than taken for the same."""
    token = _finishing.set(True)
    try:
        yield
    finally:
        _finishing.reset(token)


def send_plan(job: Job) -> None:
    """Has a worker plan the job, once this transaction commits."""
    _send("dtoolkit.jobs.tasks.plan_job", kinds.get(job.kind).cluster, job.pk)


def send_chunks(job: Job) -> list[tuple[int, int]]:
    """Sends as many unsent chunks as the job's window has room for; (id, number) of each."""
    if not Job.objects.filter(pk=job.pk, **_RUNNABLE).exists():
        return []
    cluster = kinds.get(job.kind).cluster
    sent = take_chunks(job, window(cluster))
    for pk, number in sent:
        _send("dtoolkit.jobs.tasks.run_chunk", cluster, pk, number)
    return sent


def take_chunks(job: Job, room: int) -> list[tuple[int, int]]:
    """Marks the next chunks as sent, so that no more than `room` are under way."""
    now = timezone.now()
    with transaction.atomic():
        in_flight = JobChunk.objects.filter(job=job, sent_at__isnull=False, is_done=False).count()
        due = (
            JobChunk.objects.filter(job=job, sent_at__isnull=True, is_done=False)
            .filter(Q(not_before__isnull=True) | Q(not_before__lte=now))
            .order_by("-attempts", "position")
            .select_for_update(skip_locked=True)
            .values_list("pk", "sends")[: max(0, room - in_flight)]
        )
        chosen = [(pk, sends + 1) for pk, sends in due]
        JobChunk.objects.filter(pk__in=[pk for pk, _ in chosen]).update(
            sends=F("sends") + 1, sent_at=now, started_at=None, heartbeat_at=None
        )
    return chosen


def resend_waiting(chunk: JobChunk) -> None:
    """Repeats the message of a chunk nobody started; whoever comes second does nothing."""
    JobChunk.objects.filter(pk=chunk.pk).update(sent_at=timezone.now())
    cluster = kinds.get(chunk.job.kind).cluster
    _send("dtoolkit.jobs.tasks.run_chunk", cluster, chunk.pk, chunk.sends)


def window(cluster: str) -> int:
    """Chunks of one job under way at once: enough that no worker waits, few enough to be fair."""
    conf: dict[str, Any] = settings.Q_CLUSTER
    workers = conf.get("ALT_CLUSTERS", {}).get(cluster, {}).get("workers") or conf["workers"]
    return max(_MIN_WINDOW, 2 * int(workers))


def rest_after(attempts: int) -> timedelta:
    """How long a chunk rests after its nth error."""
    return timedelta(seconds=5 * 4 ** max(0, attempts - 1))


def _send(func: str, cluster: str, *args: int) -> None:
    transaction.on_commit(lambda: async_task(func, *args, q_options={"cluster": cluster}))
