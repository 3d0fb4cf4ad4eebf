"""Writes of the ledger: a chunk's counts and its job's change together or not at all."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from dtoolkit.jobs.models import Job, JobChunk


def record(
    chunk: JobChunk,
    *,
    done: int,
    failed: int,
    size: int | None,
    is_done: bool = False,
    message: str = "",
    error: str = "",
) -> Job | None:
    """Sets a started chunk's counts and moves its job's by the difference.

    None where the chunk is done already or was sent again since: then nothing changes.
    """
    now = timezone.now()
    with transaction.atomic():
        is_ours = JobChunk.objects.filter(
            pk=chunk.pk, sends=chunk.sends, is_done=False, started_at__isnull=False
        ).update(done_count=done, failed_count=failed, size=size, is_done=is_done, heartbeat_at=now)
        if not is_ours:
            return None
        job = Job.objects.select_for_update().get(pk=chunk.job_id)
        job.done += done - chunk.done_count
        job.failed += failed - chunk.failed_count
        if size != chunk.size:
            job.total = (job.total or 0) + (size or 0) - (chunk.size or 0)
        job.message = message or job.message
        job.error = error or job.error
        job.heartbeat_at = now
        job.move_window(now)
        job.save(update_fields=_WRITTEN)
    chunk.done_count, chunk.failed_count = done, failed
    chunk.size, chunk.is_done = size, is_done
    return job


_WRITTEN = [
    "done",
    "failed",
    "total",
    "message",
    "error",
    "heartbeat_at",
    "window_at",
    "window_done",
    "window_rate",
]


def split(chunk: JobChunk) -> None:
    """Two unsent halves take the place of a chunk; what it had counted is taken back.

    To be called with the chunk's row locked.
    """
    job = Job.objects.select_for_update().get(pk=chunk.job_id)
    job.done -= chunk.done_count
    job.failed -= chunk.failed_count
    job.save(update_fields=["done", "failed"])
    position: int = job.chunks.aggregate(last=Max("position"))["last"]
    middle = len(chunk.ids) // 2
    size = chunk.size if chunk.size is not None else len(chunk.ids)
    first_size = size * middle // len(chunk.ids)
    chunk.delete()
    JobChunk.objects.bulk_create(
        JobChunk(job=job, position=position + 1 + n, ids=ids, size=part, attempts=1)
        for n, (ids, part) in enumerate(
            [(chunk.ids[:middle], first_size), (chunk.ids[middle:], size - first_size)]
        )
    )
