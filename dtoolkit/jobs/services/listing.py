"""The jobs in the order a person wants them, for pages and terminals."""

from django.db.models import QuerySet

from dtoolkit.jobs.models import Job


def active() -> QuerySet[Job]:
    """Running before waiting, the oldest first."""
    return Job.objects.filter(state__in=Job.ACTIVE).order_by("-state", "created_at", "pk")


def finished() -> QuerySet[Job]:
    """The latest first."""
    return Job.objects.filter(finished_at__isnull=False).order_by("-finished_at", "-pk")


def state_of(job: Job) -> str:
    """The job's state in the words a person sees; holding and stopping are states to them."""
    if job.is_stopping:
        return "stopping"
    if job.is_active and job.is_paused:
        return "paused"
    if job.is_planning:
        return "preparing"
    return str(job.state)
