"""Texts that a space could not take, with the reason. Pictures have gallery.StageFailure."""

from django.db import models
from django.db.models.functions import Now


class TextFailure(models.Model):
    """`subject_id` is a Prompt's or a Description's, as the space has it."""

    space = models.TextField()
    subject_id = models.BigIntegerField()
    model_key = models.TextField()
    reason = models.TextField()
    attempts = models.PositiveSmallIntegerField(default=1)
    failed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["space", "subject_id"], name="textfailure_unique"),
        )

    def __str__(self) -> str:
        return f"{self.space} of {self.subject_id}: {self.reason[:60]}"
