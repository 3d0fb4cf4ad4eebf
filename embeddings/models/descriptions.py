"""What captions and tags say of an image as one text, each unique text once."""

from django.db import models


class Description(models.Model):
    """`digest` is MD5 of its text, which the database computes where it makes it."""

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


class Described(models.Model):
    """How much of captions and tags the descriptions have in them; one row, made by a sweep.

    `changes` counts updates and deletions: where it grew, everything is looked through again.
    """

    tag_id = models.BigIntegerField(help_text="The newest ImageTag.")
    caption_id = models.BigIntegerField(help_text="The newest Caption.")
    changes = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "described"

    def __str__(self) -> str:
        return f"tags to {self.tag_id}, captions to {self.caption_id}"
