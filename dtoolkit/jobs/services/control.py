"""What a person may do to a job: stop it, hold it, start it again, tidy up."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from dtoolkit.core.errors import Conflict
from dtoolkit.jobs.models import Job, JobChunk
from dtoolkit.jobs.services import ending, listing, queue


def cancel(job: Job) -> None:
    """Nothing more of it starts; what runs ends at its next look; what was saved stays."""
    with transaction.atomic():
        Job.objects.filter(pk=job.pk, state__in=Job.ACTIVE).update(
            is_cancel_requested=True, is_paused=False, is_wanted_again=False
        )
        take_back_waiting(job)
    ending.settle(job.pk)
    job.refresh_from_db()


def pause(job: Job) -> None:
    """What runs goes back to the ledger at its next look, until `resume`."""
    with transaction.atomic():
        Job.objects.filter(
            pk=job.pk, state=Job.State.RUNNING, is_cancel_requested=False, is_inline=False
        ).update(is_paused=True)
        take_back_waiting(job)
    job.refresh_from_db()


def resume(job: Job) -> None:
    Job.objects.filter(pk=job.pk, is_paused=True).update(
        is_paused=False, window_at=timezone.now(), window_done=F("done"), window_rate=None
    )
    job.refresh_from_db()
    queue.send_chunks(job)


def retry(job: Job) -> Job:
    """A new job over the same; what was done is not done again."""
    if job.is_active:
        raise Conflict("This job is still running.")
    return queue.enqueue(job.kind, job.params)


def clear_finished() -> int:
    """Forgets the jobs that have ended; how many they were."""
    return listing.finished().delete()[0]


def take_back_waiting(job: Job) -> None:
    """Sent, but not yet started: their messages become stale."""
    JobChunk.objects.filter(
        job=job, sent_at__isnull=False, started_at__isnull=True, is_done=False
    ).update(sent_at=None, sends=F("sends") + 1)
