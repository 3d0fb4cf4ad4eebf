"""Sidecars that a person imported from elsewhere: kept, however often the image's file is read."""

from django.db import models
from django.db.models.functions import Now

from dtoolkit.core import paths


class ImportedSidecar(models.Model):
    """One text that was given to an image; understood together with what its file says."""

    image = models.ForeignKey(  # the unique constraint's index serves it
        "gallery.Image", on_delete=models.CASCADE, related_name="imported", db_index=False
    )
    name = models.TextField(help_text="The sidecar's file name, as core.paths.to_text gives it.")
    text = models.TextField()
    encoding = models.TextField(blank=True, default="")
    imported_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=["image", "name"], name="importedsidecar_unique"),
        )

    def __str__(self) -> str:
        return paths.display(self.name)
