"""What a stage could not do to an image, and why; shown to the person, retried at will."""

from django.db import models
from django.db.models.functions import Now


class StageFailure(models.Model):
    """Keyed by stage name; `deep_scan` counts as one. A success deletes the row."""

    image = models.ForeignKey(  # the unique constraint's index serves it
        "gallery.Image", on_delete=models.CASCADE, related_name="failures", db_index=False
    )
    stage = models.TextField()
    version = models.PositiveSmallIntegerField()
    reason = models.TextField()
    attempts = models.PositiveSmallIntegerField(default=1)
    failed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["image", "stage"], name="stagefailure_unique"),
        )

    def __str__(self) -> str:
        return f"{self.stage}: {self.reason}"
