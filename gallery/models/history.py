"""What people did, in words, with what it takes to undo it days later."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from dtoolkit.core import paths


class HistoryEntry(models.Model):
    """One act of a person on one image or on a hundred thousand."""

    class State(models.TextChoices):
        DOING = "doing", "under way"
        DONE = "done"
        UNDOING = "undoing", "being undone"
        UNDONE = "undone"
        STOPPED = "stopped", "stopped half way"

    collection = models.ForeignKey(
        "gallery.Collection", on_delete=models.CASCADE, related_name="history", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, db_index=False
    )
    at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now(), help_text="When it came to this state.")
    action = models.TextField(help_text="Its name in `gallery.actions`.")
    params = models.JSONField(default=dict)
    sentence = models.TextField(help_text="In the past tense: '412 images rated 8'.")
    state = models.TextField(choices=State, default=State.DOING)
    image_count = models.PositiveIntegerField(default=0, help_text="That it changed.")
    refused = models.JSONField(
        default=list, help_text="What it, or its undoing, could not do and why: pairs."
    )
    refused_count = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=["collection", "-id"], name="historyentry_newest"),)

    def __str__(self) -> str:
        return paths.display(self.sentence)

    @property
    def is_under_way(self) -> bool:
        return self.state in {self.State.DOING, self.State.UNDOING}


class HistoryPart(models.Model):
    """Images of one act that were alike before it and are alike after it."""

    entry = models.ForeignKey(HistoryEntry, on_delete=models.CASCADE, related_name="parts")
    image_ids = ArrayField(models.BigIntegerField())
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    is_undone = models.BooleanField(default=False, db_default=False)

    def __str__(self) -> str:
        return f"{len(self.image_ids)} images of entry {self.entry_id}"
