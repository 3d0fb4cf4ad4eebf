"""Images whose content was known under another path before: did they move here?"""

from django.db import models
from django.db.models.functions import Now


class Arrival(models.Model):
    """Not decided yet; see `gallery.scanning.moves`, which removes the row when it has decided."""

    image = models.OneToOneField(
        "gallery.Image", on_delete=models.CASCADE, primary_key=True, related_name="arrival"
    )
    waits_for = models.ForeignKey(
        "gallery.LibraryRoot",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Where it may have come from; nobody can tell until that was scanned once more.",
    )
    noticed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"arrival of {self.image_id}"
