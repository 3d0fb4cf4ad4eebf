"""Which marks for deletion the unavailable scan made: only those are taken back with it."""

from django.db import models
from django.db.models.functions import Now


class MissingMark(models.Model):
    """The image was marked for deletion because its file is gone; the mark goes when it is back."""

    image = models.OneToOneField(
        "gallery.Image", on_delete=models.CASCADE, primary_key=True, related_name="missing_mark"
    )
    marked_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"mark of {self.image_id}"
