"""The job a person sees, and its ledger of chunks."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Job(models.Model):
    """Long work: what, how far, how fast, and how to stop it."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    kind = models.TextField()
    params = models.JSONField(default=dict)
    description = models.TextField()
    state = models.TextField(choices=State, default=State.QUEUED)
    is_cancel_requested = models.BooleanField(default=False)
    is_planned = models.BooleanField(default=False)
    total = models.BigIntegerField(null=True, blank=True)
    done = models.BigIntegerField(default=0)
    failed = models.BigIntegerField(default=0)
    message = models.TextField(blank=True, default="")
    error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    # Rate is measured over a window that moves on, so that it tells now rather than ever.
    window_at = models.DateTimeField(null=True, blank=True)
    window_done = models.BigIntegerField(default=0)

    class Meta:
        indexes = (
            models.Index(
                fields=["created_at"],
                name="job_active",
                condition=Q(state__in=["queued", "running"]),
            ),
        )

    def __str__(self) -> str:
        return self.description


class JobChunk(models.Model):
    """A planned part of a job, deleted at its end. `is_done` is set once: counts stay exact."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="chunks")
    position = models.PositiveIntegerField()
    ids = ArrayField(models.BigIntegerField(), default=list)
    is_sent = models.BooleanField(default=False)
    is_done = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_count = models.BigIntegerField(default=0)
    failed_count = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["job", "position"], name="jobchunk_job_position_unique"
            ),
        )

    def __str__(self) -> str:
        return f"chunk {self.position} of job {self.job_id}"
