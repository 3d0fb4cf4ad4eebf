"""Brings back what died: chunks whose worker is gone, messages that were lost, ends not reached.

A worker is gone when the advisory lock of its chunk is free (`services.locks`). A chunk that keeps
killing its worker is halved until the one id that does it is alone; that one is given up.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from dtoolkit.jobs import kinds
from dtoolkit.jobs.models import Job, JobChunk
from dtoolkit.jobs.services import control, ending, ledger, locks, queue

logger = logging.getLogger(__name__)
SPLIT_AT = 2
GIVE_UP_AT = 3
# A message may wait long behind others; repeating it is harmless, so this need not be exact.
LOST_AFTER = timedelta(minutes=5)
# Longer than django-q lets a task run: a worker that hangs although its lock is held.
_SILENT_AFTER = timedelta(seconds=3600 + 60)
_REASON = "It ended the worker process three times."


def recover(assume_dead: bool = False) -> int:
    """Sends again what was lost; how many chunks and plans that were.

    `assume_dead`: no cluster runs now, so what was sent is lost whatever its age.
    """
    _adopt_orphans()
    found = 0
    for job in Job.objects.filter(state__in=Job.ACTIVE, is_inline=False).order_by("pk"):
        try:
            found += _recover_job(job, assume_dead)
        except kinds.UnknownKind as error:
            ending.fail(job.pk, error.message)
    return found


def revive(job: Job) -> int:
    """Frees every chunk of the job that some dead worker holds."""
    started = list(
        JobChunk.objects.filter(
            job=job, is_done=False, sent_at__isnull=False, started_at__isnull=False
        )
    )
    living = locks.held(locks.Lock.CHUNK) if started else set()
    silent_since = timezone.now() - _SILENT_AFTER
    dead = [
        chunk
        for chunk in started
        if chunk.pk not in living or (chunk.heartbeat_at and chunk.heartbeat_at < silent_since)
    ]
    for chunk in dead:
        _bury(chunk)
    return len(dead)


def _recover_job(job: Job, assume_dead: bool) -> int:
    if job.is_cancel_requested or not job.is_planned:
        found = revive(job) if job.is_planned else _recover_plan(job, assume_dead)
        ending.settle(job.pk)
        return found
    found = revive(job)
    if job.is_paused:
        return found
    lost_before = timezone.now() - (timedelta() if assume_dead else LOST_AFTER)
    waiting = JobChunk.objects.filter(
        job=job, is_done=False, started_at__isnull=True, sent_at__lt=lost_before
    )
    for chunk in waiting.select_related("job"):
        queue.resend_waiting(chunk)
        found += 1
    if not queue.send_chunks(job):
        ending.settle(job.pk)
    return found


def _recover_plan(job: Job, assume_dead: bool) -> int:
    """A plan not begun is sent again; one that killed its worker, three times at most."""
    if job.is_cancel_requested:
        return 0
    if job.state == Job.State.QUEUED:
        is_recent = (job.sent_at or job.created_at) > timezone.now() - LOST_AFTER
        if is_recent and not assume_dead:
            return 0
    elif job.pk in locks.held(locks.Lock.PLAN):
        return 0
    else:
        job.attempts += 1
    if job.attempts >= GIVE_UP_AT:
        ending.fail(job.pk, "The worker died each time it prepared this. The log may say why.")
        return 1
    Job.objects.filter(pk=job.pk).update(attempts=job.attempts, sent_at=timezone.now())
    queue.send_plan(job)
    return 1


def _bury(chunk: JobChunk) -> None:
    """The chunk's worker died: again, in halves, or never again."""
    with transaction.atomic():
        locked = (
            JobChunk.objects.select_for_update(of=("self",))
            .select_related("job")
            .filter(pk=chunk.pk, sends=chunk.sends, is_done=False, started_at__isnull=False)
            .first()
        )
        if locked is None:
            return
        locked.attempts += 1
        logger.warning("%s of '%s' lost its worker", locked, locked.job)
        if locked.attempts >= SPLIT_AT and len(locked.ids) > 1:
            ledger.split(locked)
        elif locked.attempts >= GIVE_UP_AT:
            _give_up(locked)
        else:
            locked.sent_at = locked.started_at = None
            locked.save(update_fields=["sent_at", "started_at", "attempts"])


def _give_up(chunk: JobChunk) -> None:
    error = ""
    if chunk.ids:
        part = kinds.Chunk(tuple(chunk.ids), chunk.size)
        kinds.get(chunk.job.kind).give_up(chunk.job.params, part, _REASON)
    else:
        error = "The worker died each time it did this. The log may say why."
    size = chunk.size if chunk.size is not None else chunk.done_count
    missing = max(0, size - chunk.done_count)
    ledger.record(
        chunk,
        done=chunk.done_count + missing,
        failed=chunk.failed_count + missing,
        size=size,
        is_done=True,
        error=error,
    )


def _adopt_orphans() -> None:
    """Jobs whose command died go on in the clusters."""
    orphans = list(Job.objects.filter(state__in=Job.ACTIVE, is_inline=True))
    living = locks.held(locks.Lock.INLINE) if orphans else set()
    for job in orphans:
        if job.pk not in living:
            control.take_back_waiting(job)
            Job.objects.filter(pk=job.pk).update(is_inline=False, sent_at=timezone.now())
            if job.state == Job.State.QUEUED:
                queue.send_plan(job)
