"""What a person wrote of an image: a note, and prompts and a date in place of the file's own."""

from django.db import models
from django.db.models.functions import Now


class ImageEdit(models.Model):
    """Where `has_prompt`, `Image.prompt` is the person's and `recorded_prompt` the file's, which
    the scans keep up to date. Likewise the negative one, and the date `Image.created_at`."""

    image = models.OneToOneField(
        "gallery.Image", on_delete=models.CASCADE, primary_key=True, related_name="edit"
    )
    note = models.TextField(blank=True, default="", db_default="")
    has_prompt = models.BooleanField(default=False, db_default=False)
    recorded_prompt = models.ForeignKey(
        "gallery.Prompt", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    has_negative_prompt = models.BooleanField(default=False, db_default=False)
    recorded_negative_prompt = models.ForeignKey(
        "gallery.Prompt", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    has_date = models.BooleanField(default=False, db_default=False)
    recorded_created_at = models.DateTimeField(null=True, blank=True)
    edited_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"edit of {self.image_id}"


class Viewing(models.Model):
    """When a person last looked at an image for more than a glance."""

    image = models.OneToOneField(
        "gallery.Image", on_delete=models.CASCADE, primary_key=True, related_name="viewing"
    )
    viewed_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["-viewed_at", "image"], name="viewing_latest"),)

    def __str__(self) -> str:
        return f"viewing of {self.image_id}"
