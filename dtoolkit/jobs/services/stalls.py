"""Notices a cluster whose workers all stand idle while work waits.

Messages may have been lost, which sending again mends. Or an idle worker was killed while it held
the lock of django-q's inner queue: nobody frees that, so the whole cluster has to be started anew.
"""

import time
from datetime import timedelta

from django.utils import timezone

from dtoolkit.jobs import kinds
from dtoolkit.jobs.models import Job, JobChunk
from dtoolkit.jobs.services import locks, queue, recovery

RESEND_AFTER_S = 8.0
END_AFTER_S = 20.0
_OVERDUE = timedelta(seconds=5)


class Watch:
    """One cluster's guard asks it every few seconds."""

    def __init__(self, cluster: str) -> None:
        self._cluster = cluster
        self._since: float | None = None
        self._has_resent = False

    def look(self) -> bool:
        """False where the cluster is beyond help and should end, to be started anew."""
        _send_rested(self._cluster)
        now = time.monotonic()
        if not work_waits_for_nobody(self._cluster):
            self._since, self._has_resent = None, False
            return True
        self._since = self._since or now
        stalled_s = now - self._since
        if stalled_s >= RESEND_AFTER_S and not self._has_resent:
            self._has_resent = True
            recovery.recover(assume_dead=True)
        return stalled_s < END_AFTER_S


def _send_rested(cluster: str) -> None:
    """Chunks that rested after an error, where no other chunk's end would send them."""
    rested = JobChunk.objects.filter(
        sent_at__isnull=True, is_done=False, not_before__lte=timezone.now()
    )
    names = kinds.of_cluster(cluster)
    running = Job.objects.filter(state=Job.State.RUNNING, is_inline=False, kind__in=names)
    for job in running.filter(pk__in=rested.values("job")):
        queue.send_chunks(job)


def work_waits_for_nobody(cluster: str) -> bool:
    """Something was sent to the cluster and not begun, and none of its workers is at work."""
    names = kinds.of_cluster(cluster)
    overdue = timezone.now() - _OVERDUE
    unplanned = Job.objects.filter(
        kind__in=names, state=Job.State.QUEUED, is_inline=False, sent_at__lt=overdue
    )
    waiting = JobChunk.objects.filter(
        job__kind__in=names,
        job__state=Job.State.RUNNING,
        job__is_inline=False,
        sent_at__lt=overdue,
        started_at__isnull=True,
        is_done=False,
    )
    if not unplanned.exists() and not waiting.exists():
        return False
    running = JobChunk.objects.filter(pk__in=locks.held(locks.Lock.CHUNK), job__kind__in=names)
    planning = Job.objects.filter(pk__in=locks.held(locks.Lock.PLAN), kind__in=names)
    return not running.exists() and not planning.exists()
