"""Runs one chunk, and writes down how it ended."""

import logging
import threading

from django.db.models import QuerySet
from django.utils import timezone

from dtoolkit.core.errors import AppError
from dtoolkit.jobs import kinds
from dtoolkit.jobs.models import Job, JobChunk
from dtoolkit.jobs.services import ending, locks, queue, stopping
from dtoolkit.jobs.services.errors import ensure_connection, sentence
from dtoolkit.jobs.services.progress import ChunkProgress, ChunkSuperseded, OnWrite

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 3
# Set once a chunk said that this process can do no more.
spent = threading.Event()


def execute(chunk_id: int, number: int, on_write: OnWrite | None = None) -> Job | None:
    """Runs the chunk unless its message is stale or another worker has it: then None."""
    with locks.holding(locks.Lock.CHUNK, chunk_id) as held:
        if held is None:
            return None
        chunk = _claim(chunk_id, number)
        if chunk is None:
            return None
        if stopping.is_requested():
            hand_back(chunk)
            return None
        _run(chunk, ChunkProgress(chunk, held, on_write))
        return chunk.job


def hand_back(chunk: JobChunk) -> None:
    """Not done and nobody's fault: to be sent again."""
    _ours(chunk).update(sent_at=None, started_at=None)


def _claim(chunk_id: int, number: int) -> JobChunk | None:
    now = timezone.now()
    is_claimed = JobChunk.objects.filter(
        pk=chunk_id,
        sends=number,
        sent_at__isnull=False,
        started_at__isnull=True,
        is_done=False,
        job__state=Job.State.RUNNING,
        job__is_cancel_requested=False,
        job__is_paused=False,
    ).update(started_at=now, heartbeat_at=now)
    if not is_claimed:
        return None
    return JobChunk.objects.select_related("job").get(pk=chunk_id)


def _run(chunk: JobChunk, progress: ChunkProgress) -> None:
    job = chunk.job
    try:
        kind = kinds.get(job.kind)
        kind.run(job.params, kinds.Chunk(tuple(chunk.ids), chunk.size), progress)
        progress.finish()
    except ChunkSuperseded:
        logger.warning("%s of '%s' was taken over by another worker", chunk, job)
    except (kinds.JobCancelled, KeyboardInterrupt) as stop:
        if not chunk.is_done:
            progress.save()
            hand_back(chunk)
        if isinstance(stop, KeyboardInterrupt):
            raise
    except kinds.JobHalted as halt:
        ensure_connection()
        logger.warning("'%s' cannot go on: %s", job, halt.message)
        progress.save()
        ending.fail(job.pk, halt.message)
        if isinstance(halt, kinds.WorkerSpent):
            spent.set()
    except Exception as error:
        # Where the connection was lost, this goes on over a new one, or raises: then the chunk
        # stays as it is and recovery finds it.
        ensure_connection()
        _note_failure(chunk, progress, error)


def _note_failure(chunk: JobChunk, progress: ChunkProgress, error: Exception) -> None:
    attempts = chunk.attempts + 1
    if isinstance(error, AppError):
        logger.warning("%s of '%s': %s", chunk, chunk.job, error.message)
        progress.fail(error.message)
    elif attempts >= MAX_ATTEMPTS:
        logger.error("%s of '%s' failed for good", chunk, chunk.job, exc_info=error)
        progress.fail(sentence(error))
    else:
        logger.warning("%s of '%s' failed, will try again", chunk, chunk.job, exc_info=error)
        _ours(chunk).update(
            sent_at=None,
            started_at=None,
            attempts=attempts,
            not_before=timezone.now() + queue.rest_after(attempts),
        )


def _ours(chunk: JobChunk) -> QuerySet[JobChunk]:
    return JobChunk.objects.filter(pk=chunk.pk, sends=chunk.sends, is_done=False)
