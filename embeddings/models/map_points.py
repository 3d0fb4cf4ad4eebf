"""Where images lie on the map of a library."""

from django.db import models
from django.db.models.functions import Now


class MapDrawing(models.Model):
    """The map of a collection. A new one takes the place of the old when it is whole."""

    class Method(models.TextChoices):
        UMAP = "umap"
        PCA = "pca"

    collection = models.ForeignKey(
        "gallery.Collection", on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    model_key = models.TextField(help_text="Whose vectors in the space clip_h were drawn.")
    method = models.TextField(choices=Method.choices)
    image_count = models.PositiveIntegerField()
    sample_count = models.PositiveIntegerField(help_text="So many the layout was fitted to.")
    group_count = models.PositiveIntegerField(
        help_text="Where points crowd, apart from each other."
    )
    drawn_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=["collection"], name="mapdrawing_unique"),)

    def __str__(self) -> str:
        return f"map of {self.image_count} images"


class MapPoint(models.Model):
    """`x` and `y` are steps on the sheet, less 32,768, so that two bytes hold them."""

    image = models.OneToOneField(
        "gallery.Image",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
        db_constraint=False,
    )
    drawing = models.ForeignKey(
        MapDrawing,
        on_delete=models.CASCADE,
        db_index=False,
        db_constraint=False,
        related_name="points",
    )
    x = models.SmallIntegerField()
    y = models.SmallIntegerField()

    def __str__(self) -> str:
        return f"{self.image_id} at {self.x}, {self.y}"
