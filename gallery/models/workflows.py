"""ComfyUI workflows: the shape that images share, and each image's own settings in it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

from dtoolkit.core import paths


class Workflow(models.Model):
    """One shape of graph: node classes and how they are linked, whatever values they hold."""

    fingerprint = models.UUIDField(unique=True, help_text="metadata.records.Workflow.fingerprint")
    node_classes = ArrayField(models.TextField(), help_text="Sorted, each once.")
    node_count = models.PositiveIntegerField(default=0)
    first_seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (GinIndex(fields=["node_classes"], name="workflow_classes_gin"),)

    def __str__(self) -> str:
        return f"workflow {self.fingerprint}"


class NodeValue(models.Model):
    """One value that some node property had, each once: searched first, then its images."""

    digest = models.UUIDField(unique=True, help_text="xxh3-128 of class, name and value.")
    node_class = models.TextField()
    name = models.TextField()
    value = models.TextField()

    class Meta:
        indexes = (models.Index(fields=["node_class", "name"], name="nodevalue_property"),)

    def __str__(self) -> str:
        return paths.display(f"{self.node_class}.{self.name} = {self.value[:80]}")


class ImageNodes(models.Model):
    """The node values of one image, as ids of `NodeValue`."""

    image = models.OneToOneField(  # no constraint: see ImageResource
        "gallery.Image",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="nodes",
        db_constraint=False,
    )
    value_ids = ArrayField(models.BigIntegerField())

    class Meta:
        indexes = (GinIndex(fields=["value_ids"], name="imagenodes_values_gin"),)

    def __str__(self) -> str:
        return f"node values of {self.image_id}"
