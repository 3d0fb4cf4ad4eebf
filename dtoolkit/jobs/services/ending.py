"""How a job ends: once, with what follows it in the same transaction, so that no kill loses it."""

import logging

from django.db import transaction
from django.utils import timezone

from dtoolkit.jobs import kinds
from dtoolkit.jobs.models import Job, JobChunk
from dtoolkit.jobs.services import listing, queue
from dtoolkit.jobs.services.errors import sentence

logger = logging.getLogger(__name__)
KEPT = 200


def settle(job_id: int) -> bool:
    """Ends the job where nothing of it is left to do; True where it has ended."""
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id).first()
        if job is None or not job.is_active:
            return True
        unfinished = job.chunks.filter(is_done=False)
        if job.is_cancel_requested:
            if unfinished.filter(started_at__isnull=False).exists():
                return False
            _end(job, Job.State.CANCELLED)
            _tidy(job)
            return True
        if job.state != Job.State.RUNNING or not job.is_planned or unfinished.exists():
            return False
        _end(job, Job.State.FAILED if job.error else Job.State.DONE)
        _follow(job)
        _tidy(job)
        return True


def fail(job_id: int, error: str) -> None:
    """Ends the whole job with this error, whatever was left of it."""
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id).first()
        if job is not None and job.is_active:
            job.error = error
            _end(job, Job.State.FAILED)
            _tidy(job)


def _end(job: Job, state: Job.State) -> None:
    job.state = state
    job.finished_at = timezone.now()
    job.is_paused = False
    job.save(update_fields=["state", "finished_at", "is_paused", "error"])
    JobChunk.objects.filter(job=job).delete()
    surplus = listing.finished().values_list("pk", flat=True)[KEPT:]
    Job.objects.filter(pk__in=list(surplus)).delete()


def _follow(job: Job) -> None:
    """What comes after; also where a part failed, for the other parts' sake."""
    try:
        with transaction.atomic(), queue.finishing():
            kinds.get(job.kind).finish(job.params)
            if job.is_wanted_again:
                queue.enqueue(job.kind, job.params)
    except Exception as error:
        logger.exception("What follows '%s' could not be started", job)
        job.state, job.error = Job.State.FAILED, sentence(error)
        job.save(update_fields=["state", "error"])


def _tidy(job: Job) -> None:
    """What its kind does however a job of it ended."""
    try:
        with transaction.atomic(), queue.finishing():
            kinds.get(job.kind).ended(job.params)
    except kinds.UnknownKind:
        return  # of another version: that is why it failed
    except Exception:
        logger.exception("After the end of '%s'", job)
