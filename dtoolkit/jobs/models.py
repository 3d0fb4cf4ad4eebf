"""The job a person sees, its ledger of chunks, and the clusters' signs of life."""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from dtoolkit.jobs import speed


class Job(models.Model):
    """Long work: what, how far, how fast, and how to stop it."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    ACTIVE = (State.QUEUED, State.RUNNING)

    kind = models.TextField()
    params = models.JSONField(default=dict)
    description = models.TextField()
    state = models.TextField(choices=State, default=State.QUEUED)
    is_cancel_requested = models.BooleanField(default=False)
    is_paused = models.BooleanField(default=False)
    is_planned = models.BooleanField(default=False)
    is_inline = models.BooleanField(default=False, help_text="A command runs it, not a cluster.")
    is_wanted_again = models.BooleanField(
        default=False, help_text="Asked for once more after it was planned: repeated at its end."
    )
    total = models.BigIntegerField(null=True, blank=True)
    is_total_known = models.BooleanField(default=False, help_text="Else it grows as work is found.")
    done = models.BigIntegerField(default=0, help_text="The failed ones among them.")
    failed = models.BigIntegerField(default=0)
    message = models.TextField(blank=True, default="")
    error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When planning was asked for.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="At planning, that died.")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    # Rate is measured over a window that moves on, so that it tells now rather than ever.
    window_at = models.DateTimeField(null=True, blank=True)
    window_done = models.BigIntegerField(default=0)
    window_rate = models.FloatField(null=True, blank=True, help_text="Of the windows before.")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "params"],
                condition=Q(state__in=["queued", "running"]),
                name="job_active_unique",
            ),
        )
        indexes = (
            models.Index(
                fields=["created_at"],
                name="job_active",
                condition=Q(state__in=["queued", "running"]),
            ),
            models.Index(
                fields=["-finished_at"],
                name="job_finished",
                condition=Q(finished_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.description

    @property
    def is_active(self) -> bool:
        return self.state in self.ACTIVE

    @property
    def is_stopping(self) -> bool:
        return self.is_active and self.is_cancel_requested

    @property
    def is_planning(self) -> bool:
        return self.state == self.State.RUNNING and not self.is_planned

    @property
    def is_moving(self) -> bool:
        return self.state == self.State.RUNNING and not self.is_paused and self.is_planned

    @property
    def succeeded(self) -> int:
        return max(0, self.done - self.failed)

    @property
    def rate(self) -> float | None:
        """Per second, of late; None until it is known."""
        if not self.is_moving:
            return None
        return speed.rate(
            self.done, self.window_done, self.window_at, self.window_rate, timezone.now()
        )

    @property
    def eta(self) -> timedelta | None:
        """Time left; None until it is known."""
        if not self.is_total_known or self.total is None:
            return None
        return speed.eta(self.done, self.total, self.rate)

    @property
    def duration(self) -> timedelta | None:
        if self.started_at is None:
            return None
        return (self.finished_at or timezone.now()) - self.started_at

    def move_window(self, now: datetime) -> None:
        """Starts the next window of the rate where this one is full; saves nothing."""
        window = speed.moved(self.done, self.window_done, self.window_at, self.window_rate, now)
        self.window_done, self.window_at, self.window_rate = window


class JobChunk(models.Model):
    """A planned part of a job, deleted at its end. `is_done` is set once: counts stay exact.

    `sends` numbers its messages: one that carries an older number is stale and does nothing.
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="chunks")
    position = models.PositiveIntegerField()
    ids = ArrayField(models.BigIntegerField(), default=list)
    size = models.BigIntegerField(null=True, blank=True)
    sends = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True, help_text="Rests after an error.")
    is_done = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="That failed or died.")
    done_count = models.BigIntegerField(default=0)
    failed_count = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["job", "position"], name="jobchunk_job_position_unique"
            ),
        )
        indexes = (
            models.Index(
                fields=["job", "-attempts", "position"],
                name="jobchunk_unsent",
                condition=Q(sent_at__isnull=True, is_done=False),
            ),
            models.Index(
                fields=["job"],
                name="jobchunk_in_flight",
                condition=Q(sent_at__isnull=False, is_done=False),
            ),
        )

    def __str__(self) -> str:
        return f"chunk {self.position} of job {self.job_id}"


class ClusterHeartbeat(models.Model):
    """A cluster that runs; written by its guard, so a row that is old is a cluster that died."""

    key = models.TextField(primary_key=True)
    cluster = models.TextField()
    host = models.TextField()
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.cluster} on {self.host}"
