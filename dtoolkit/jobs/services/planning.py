"""Turns a queued job into its ledger of chunks, all or nothing."""

import logging
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from dtoolkit.core.errors import AppError
from dtoolkit.jobs import kinds
from dtoolkit.jobs.models import Job, JobChunk
from dtoolkit.jobs.services import ending, locks
from dtoolkit.jobs.services.errors import ensure_connection, sentence

logger = logging.getLogger(__name__)
_BATCH = 200


def plan(job_id: int, *, is_inline: bool = False) -> Job | None:
    """Plans the job; None where another has it, or where it is planned or ended already."""
    with locks.holding(locks.Lock.PLAN, job_id) as held:
        if held is None:
            return None
        job = _claim(job_id, is_inline)
        if job is None:
            return None
        try:
            with transaction.atomic():
                _write_chunks(job)
        except kinds.JobCancelled:
            logger.info("'%s' ended while it was planned", job)
        except Exception as error:
            ensure_connection()
            if isinstance(error, AppError):
                logger.warning("'%s' could not be planned: %s", job, error.message)
            else:
                logger.exception("'%s' could not be planned", job)
            ending.fail(job.pk, sentence(error))
        job.refresh_from_db()
        return job


def _claim(job_id: int, is_inline: bool) -> Job | None:
    now = timezone.now()
    Job.objects.filter(pk=job_id, state=Job.State.QUEUED, is_inline=is_inline).update(
        state=Job.State.RUNNING, started_at=now
    )
    job = Job.objects.filter(
        pk=job_id, state=Job.State.RUNNING, is_planned=False, is_inline=is_inline
    )
    return job.first() if job.update(heartbeat_at=now) else None


def _write_chunks(job: Job) -> None:
    total: int | None = None
    is_total_known = True
    position = 0
    for batch in _batches(kinds.get(job.kind).plan(job.params)):
        sizes = [len(c.ids) if c.size is None and c.ids else c.size for c in batch]
        JobChunk.objects.bulk_create(
            JobChunk(job=job, position=position + n, ids=list(chunk.ids), size=size)
            for n, (chunk, size) in enumerate(zip(batch, sizes, strict=True))
        )
        position += len(batch)
        known = [size for size in sizes if size is not None]
        is_total_known = is_total_known and len(known) == len(sizes)
        if known:
            total = (total or 0) + sum(known)
        if Job.objects.filter(pk=job.pk, is_cancel_requested=True).exists():
            raise kinds.JobCancelled
    now = timezone.now()
    is_written = Job.objects.filter(
        pk=job.pk, state=Job.State.RUNNING, is_planned=False, is_cancel_requested=False
    ).update(
        is_planned=True,
        total=total if position else 0,
        is_total_known=is_total_known,
        heartbeat_at=now,
        window_at=now,
    )
    if not is_written:
        raise kinds.JobCancelled


def _batches(chunks: Iterable[kinds.Chunk]) -> Iterable[list[kinds.Chunk]]:
    batch: list[kinds.Chunk] = []
    for chunk in chunks:
        batch.append(chunk)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
