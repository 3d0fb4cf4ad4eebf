"""Words that are on their way between the library and its files."""

from django.db import models
from django.db.models.functions import Now


class WordsWaiting(models.Model):
    """Something was said of the image that its file does not say yet (`is_new` False), or its new
    file says something that was not looked at yet. The row goes when that is done."""

    image = models.OneToOneField(
        "gallery.Image", on_delete=models.CASCADE, primary_key=True, related_name="words_waiting"
    )
    is_new = models.BooleanField(default=False)
    changed_at = models.DateTimeField(db_default=Now())
    becoming = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="What the file holds once it is written: its fingerprint. Noted before it is.",
    )

    class Meta:
        indexes = (models.Index(fields=["is_new", "changed_at"], name="wordswaiting_quiet"),)

    def __str__(self) -> str:
        return f"words of {self.image_id}"


class FormerContent(models.Model):
    """What the image's file held before words were written into it: the same picture, by which
    backups know it still."""

    image = models.ForeignKey(  # the unique constraint's index serves it
        "gallery.Image", on_delete=models.CASCADE, related_name="former_contents", db_index=False
    )
    fingerprint = models.UUIDField()
    until = models.DateTimeField(db_default=Now())
    is_met = models.BooleanField(
        default=True,
        db_default=True,
        help_text="Library and file know each other's words: what one clears, the other does.",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["image", "fingerprint"], name="formercontent_unique"),
        )
        indexes = (models.Index(fields=["fingerprint"], name="formercontent_fingerprint"),)

    def __str__(self) -> str:
        return f"{self.image_id} until {self.until:%Y-%m-%d %H:%M}"
