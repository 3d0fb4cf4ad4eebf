"""What a running chunk tells of itself, and how it hears that it should end."""

import time
from collections.abc import Callable

from dtoolkit.jobs.kinds import JobCancelled
from dtoolkit.jobs.models import Job, JobChunk
from dtoolkit.jobs.services import ledger, stopping
from dtoolkit.jobs.services.locks import Held

WRITE_EVERY_S = 1.0
CHECK_EVERY_S = 0.5
OnWrite = Callable[[Job], None]


class ChunkReleased(JobCancelled):
    """The chunk goes back to the queue: the job is paused, or this machine stops."""


class ChunkSuperseded(JobCancelled):
    """The chunk was taken for dead and is another worker's now."""


class ChunkProgress:
    """Keeps chunk and job in step: the job changes by the chunk's delta, in one transaction."""

    def __init__(self, chunk: JobChunk, held: Held, on_write: OnWrite | None = None) -> None:
        self._chunk = chunk
        self._held = held
        self._on_write = on_write
        self._done = chunk.done_count
        self._failed = chunk.failed_count
        self._size = chunk.size
        self._has_reported = False
        self._message = ""
        # The claim has just looked; a chunk shorter than this writes once, at its end.
        self._written_at = self._checked_at = time.monotonic()

    def report(
        self, done: int, failed: int = 0, message: str = "", found: int | None = None
    ) -> None:
        self._done, self._failed = max(0, done), max(0, failed)
        self._message = message
        self._has_reported = True
        if found is not None:
            self._size = max(0, found)
        if time.monotonic() - self._written_at >= WRITE_EVERY_S:
            self._write()

    def check(self) -> None:
        now = time.monotonic()
        if now - self._checked_at < CHECK_EVERY_S:
            return
        self._checked_at = now
        job = Job.objects.only("state", "is_cancel_requested", "is_paused").get(
            pk=self._chunk.job_id
        )
        self._obey(job)

    def save(self) -> None:
        """Writes what was last reported, without asking whether to end, or telling anybody."""
        if self._has_reported:
            self._on_write = None
            self._store(is_done=False)

    def finish(self) -> None:
        """The chunk is done: its last report, or else all of it, is what counts."""
        if not self._has_reported:
            self._done = self._size or 0
        if self._size is None:
            self._size = self._done
        self._store(is_done=True)

    def fail(self, error: str) -> None:
        """The chunk is done for: what it had not finished counts as failed."""
        if self._size is not None:
            self._failed += max(0, self._size - self._done)
            self._done = max(self._done, self._size)
        self._store(is_done=True, error=error)

    def _write(self) -> None:
        job = self._store(is_done=False)
        self._written_at = self._checked_at = time.monotonic()
        self._obey(job)

    def _store(self, *, is_done: bool, error: str = "") -> Job:
        job = ledger.record(
            self._chunk,
            done=self._done,
            failed=self._failed,
            size=self._size,
            is_done=is_done,
            message=self._message,
            error=error,
        )
        if job is None:
            raise ChunkSuperseded
        self._held.keep()
        if self._on_write:
            self._on_write(job)
        return job

    @staticmethod
    def _obey(job: Job) -> None:
        if job.is_cancel_requested or job.state != Job.State.RUNNING:
            raise JobCancelled
        if job.is_paused or stopping.is_requested():
            raise ChunkReleased
