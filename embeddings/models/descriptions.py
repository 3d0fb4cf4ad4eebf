"""What captions and tags say of an image as one text, each unique text once."""

from django.db import models


class Description(models.Model):
    """`digest` is xxh3-128 of its text."""

    digest = models.UUIDField(unique=True)
    text = models.TextField()

    def __str__(self) -> str:
        return self.text[:80]


class ImageDescription(models.Model):
    """Which description an image has; without captions and tags it has none."""

    image = models.OneToOneField(
        "gallery.Image",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
        db_constraint=False,
    )
    description = models.ForeignKey(Description, on_delete=models.CASCADE, related_name="images")

    def __str__(self) -> str:
        return f"description of {self.image_id}"
