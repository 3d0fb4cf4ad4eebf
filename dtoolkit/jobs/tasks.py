"""What django-q's workers call: each takes ids, calls one service, and sends what comes next."""

from django.utils import timezone
from django_q.conf import Conf

from dtoolkit.jobs import kinds
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import chunks, ending, planning, queue, recovery, stopping


def plan_job(job_id: int) -> None:
    if stopping.is_requested():
        return
    job = planning.plan(job_id)
    if job is not None:
        advance(job)


def run_chunk(chunk_id: int, number: int) -> None:
    job = chunks.execute(chunk_id, number)
    if job is not None:
        advance(job)
    if chunks.spent.is_set():
        Conf.MAX_RSS = 1  # django-q replaces a worker of this size as soon as its task is done


def recover_jobs() -> None:
    recovery.recover()
    for name, params in kinds.due(timezone.now()):
        queue.enqueue(name, params)


def advance(job: Job) -> None:
    """A chunk of the job has ended: the next one goes, or the job ends."""
    if not stopping.is_requested() and not queue.send_chunks(job):
        ending.settle(job.pk)
