"""A job's figures in words, for its pages."""

from django import template

from dtoolkit.core import paths
from dtoolkit.jobs import kinds, speed, terminal
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import listing

register = template.Library()


@register.filter
def title(job: Job) -> str:
    """What the job does, safe to look at: file and folder names come from the disk."""
    return paths.display(job.description)


@register.filter
def plain(text: str) -> str:
    return paths.display(text)


@register.filter
def state_word(job: Job) -> str:
    return listing.state_of(job)


@register.filter
def count(job: Job) -> str:
    return terminal.describe_count(job)


@register.filter
def pace(job: Job) -> str:
    return speed.describe_pace(job.rate, job.eta)


@register.filter
def duration(job: Job) -> str:
    return speed.describe_duration(job.duration)


@register.filter
def percent(job: Job) -> int | None:
    """None where the total is not known (yet)."""
    if not job.is_total_known or not job.total:
        return None
    return min(100, max(0, job.done * 100 // job.total))


@register.filter
def unit(job: Job) -> str:
    """What is counted; nothing for a kind that this version no longer knows."""
    try:
        return kinds.get(job.kind).unit
    except kinds.UnknownKind:
        return ""
