"""Where the weights of each network lie, and which ones they are."""

from django.db import models
from django.db.models.functions import Now


class Weights(models.Model):
    """`network` is the key of a spec of dtoolkit.inference. `model_key` is what vectors made with
    these weights carry; it changes with the weights, their revision and the preparation."""

    class Source(models.TextChoices):
        PERSON = "person"
        FOLDER = "folder"
        HUB = "hub"

    network = models.TextField(unique=True)
    path = models.TextField(help_text="A file or a folder on this machine.")
    source = models.TextField(choices=Source.choices)
    model_key = models.TextField()
    problem = models.TextField(blank=True, default="", help_text="Why they cannot be used.")
    checked_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "weights"

    def __str__(self) -> str:
        return self.model_key
