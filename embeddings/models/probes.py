"""Pictures that are only asked with: uploaded, pasted, or a region drawn on an image."""

import uuid

from django.db import models
from django.db.models.functions import Now
from pgvector.django import HalfVectorField


class Probe(models.Model):
    """Named in a query by its token; swept away some days after it was last asked with."""

    token = models.UUIDField(primary_key=True, default=uuid.uuid4)
    image = models.ForeignKey(
        "gallery.Image",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        help_text="The image that the region was drawn on.",
    )
    region = models.JSONField(
        null=True, blank=True, help_text="[left, top, width, height] as fractions of the picture."
    )
    preview = models.BinaryField(help_text="A small WebP of it.")
    model_key = models.TextField()
    vector = HalfVectorField(dimensions=1024, help_text="In the space clip_h.")
    used_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (models.Index(fields=["used_at"], name="probe_used"),)

    def __str__(self) -> str:
        return str(self.token)
