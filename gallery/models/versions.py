"""What an image was before its file was replaced: the same image, another content."""

from django.db import models
from django.db.models.functions import Now


class ImageVersion(models.Model):
    """A content that the image's file had once. What a person said stays with the image."""

    image = models.ForeignKey("gallery.Image", on_delete=models.CASCADE, related_name="versions")
    fingerprint = models.UUIDField()
    size = models.BigIntegerField(help_text="Bytes.")
    modified_at = models.DateTimeField()
    format = models.TextField(blank=True, default="")
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    prompt = models.ForeignKey(
        "gallery.Prompt", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    seed = models.DecimalField(max_digits=20, decimal_places=0, null=True, blank=True)
    replaced_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("-replaced_at", "-pk")
        indexes = (models.Index(fields=["fingerprint"], name="imageversion_fingerprint"),)

    def __str__(self) -> str:
        return f"{self.image_id} until {self.replaced_at:%Y-%m-%d %H:%M}"
