"""The files a picture was made with: checkpoints, LoRAs, VAEs, as their images name them."""

from django.db import models
from django.db.models.functions import Now


class Resource(models.Model):
    class Kind(models.TextChoices):
        CHECKPOINT = "checkpoint"
        LORA = "lora", "LoRA"
        VAE = "vae", "VAE"
        EMBEDDING = "embedding"
        CONTROLNET = "controlnet", "ControlNet"
        UPSCALER = "upscaler"

    kind = models.TextField(choices=Kind)
    name = models.TextField(help_text="File name without folder and extension, as recorded.")
    first_seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["kind", "name"], name="resource_kind_name_unique"),
        )

    def __str__(self) -> str:
        return self.name


class ImageResource(models.Model):
    """One use of a resource by an image; the hash is kept in the form its writer gave it."""

    # The deep scan holds the image's row and has just found the resource; constraints that look
    # both up again would cost it a tenth of its time.
    image = models.ForeignKey(  # the unique constraint's index serves it
        "gallery.Image",
        on_delete=models.CASCADE,
        related_name="resources",
        db_index=False,
        db_constraint=False,
    )
    resource = models.ForeignKey(
        Resource, on_delete=models.CASCADE, related_name="uses", db_constraint=False
    )
    position = models.PositiveSmallIntegerField(default=0)
    weight = models.FloatField(null=True, blank=True)
    clip_weight = models.FloatField(null=True, blank=True)
    recorded_hash = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=["image", "position"], name="imageresource_unique"),
        )

    def __str__(self) -> str:
        return f"{self.resource_id} in {self.image_id}"
