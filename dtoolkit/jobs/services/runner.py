"""Runs a job in this process instead of a cluster: for commands, tests and benchmarks."""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context

from django.db import connection

from dtoolkit.core.errors import Unavailable
from dtoolkit.jobs import children, kinds
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import (
    chunks,
    clusters,
    control,
    ending,
    locks,
    planning,
    queue,
    recovery,
)

logger = logging.getLogger(__name__)
OnProgress = Callable[[Job], None]
_LOOK_EVERY_S = 0.5
_MAX_FRUITLESS = 3
_TAKEN_AT_ONCE = 4


def run_inline(
    job: Job,
    *,
    on_progress: OnProgress | None = None,
    workers: int = 1,
    follow: bool = False,
) -> Job:
    """Plans and runs the job here, in `workers` processes; returns it as it ended.

    A job that a cluster or another command already runs is watched instead. With `follow`, what the
    job's end starts is run too, one after the other, and the last one is returned. Ctrl-C cancels.
    """
    tell = on_progress or _say_nothing
    todo = deque([job])
    while todo:
        job = todo.popleft()
        with _own(job) as is_ours:
            if is_ours:
                todo.extend(_run(job, tell, workers, follow))
        if not is_ours:
            _watch(job, tell)
            if job.is_active:
                todo.appendleft(job)
        if job.state == Job.State.CANCELLED:
            break
    return job


def _run(job: Job, tell: OnProgress, workers: int, follow: bool) -> list[Job]:
    """Runs one job to its end; what it started, if that is to be followed."""
    try:
        planning.plan(job.pk, is_inline=True)
        job.refresh_from_db()
        tell(job)
        if workers > 1 and job.chunks.filter(is_done=False).count() > 1:
            _run_in_pool(job, tell, workers)
        else:
            _run_here(job, tell)
    except KeyboardInterrupt:
        control.cancel(job)
    followers: list[Job] = []
    if follow:
        with queue.following() as followers:
            ending.settle(job.pk)
    else:
        ending.settle(job.pk)
    job.refresh_from_db()
    tell(job)
    return followers


def _run_here(job: Job, tell: OnProgress) -> None:
    while _is_running(job):
        taken = queue.take_chunks(job, _TAKEN_AT_ONCE)
        for chunk_id, number in taken:
            chunks.execute(chunk_id, number, on_write=tell)
        if not taken:
            time.sleep(_LOOK_EVERY_S)


def _run_in_pool(job: Job, tell: OnProgress, workers: int) -> None:
    """A worker that dies breaks the whole pool: its chunk is buried and a new pool goes on."""
    fruitless = 0
    while _is_running(job):
        context = get_context("spawn")
        database = {**connection.settings_dict}
        with ProcessPoolExecutor(workers, context, children.start, (database,)) as pool:
            try:
                _feed(pool, job, tell, workers)
            except KeyboardInterrupt:
                control.cancel(job)
            except BrokenProcessPool:
                logger.warning("A worker process of '%s' died", job)
        control.take_back_waiting(job)
        fruitless = 0 if recovery.revive(job) else fruitless + 1
        if fruitless >= _MAX_FRUITLESS and _is_running(job):
            raise Unavailable("The worker processes end as soon as they start. See the log.")


def _feed(pool: ProcessPoolExecutor, job: Job, tell: OnProgress, workers: int) -> None:
    running: set[Future[None]] = set()
    while (is_running := _is_running(job)) or running:
        if is_running:
            for chunk_id, number in queue.take_chunks(job, _room(job, workers)):
                running.add(pool.submit(children.run_chunk, chunk_id, number))
        if not running:
            time.sleep(_LOOK_EVERY_S)
        finished, running = wait(running, _LOOK_EVERY_S, FIRST_COMPLETED)
        for future in finished:
            future.result()
        tell(job)


def _room(job: Job, workers: int) -> int:
    """One at a time while some chunk may be deadly, so that no other is blamed with it."""
    has_suspects = job.chunks.filter(is_done=False, attempts__gt=0).exists()
    return 1 if has_suspects else 2 * workers


def _is_running(job: Job) -> bool:
    job.refresh_from_db()
    return (
        job.state == Job.State.RUNNING
        and job.is_planned
        and not job.is_cancel_requested
        and job.chunks.filter(is_done=False).exists()
    )


@contextmanager
def _own(job: Job) -> Iterator[bool]:
    """For the block the job is this process's; False where somebody living has it."""
    with locks.holding(locks.Lock.INLINE, job.pk) as held:
        yield held is not None and _claim(job)


def _claim(job: Job) -> bool:
    if Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(is_inline=True):
        return True
    job.refresh_from_db()
    if job.is_active and not job.is_inline and _has_cluster(job):
        return False
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(is_inline=True, is_paused=False)
    control.take_back_waiting(job)
    recovery.revive(job)
    return True


def _has_cluster(job: Job) -> bool:
    return kinds.get(job.kind).cluster in {beat.cluster for beat in clusters.alive()}


def _watch(job: Job, tell: OnProgress) -> None:
    """Until the job has ended, or nobody is left who runs it."""
    while True:
        time.sleep(_LOOK_EVERY_S)
        job.refresh_from_db()
        tell(job)
        is_run = job.pk in locks.held(locks.Lock.INLINE) if job.is_inline else _has_cluster(job)
        if not job.is_active or not is_run:
            return


def _say_nothing(job: Job) -> None:
    pass
