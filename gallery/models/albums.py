"""Albums: images that a person put together, or a search that has a name."""

from django.db import models
from django.db.models.functions import Now

from dtoolkit.core import paths


class Album(models.Model):
    """With `params` it is smart: whatever that result holds now."""

    collection = models.ForeignKey(
        "gallery.Collection", on_delete=models.CASCADE, related_name="albums", db_index=False
    )
    name = models.TextField()
    is_smart = models.BooleanField(default=False)
    params = models.JSONField(
        default=dict, blank=True, help_text="Of a smart one: `ResultQuery.to_params`."
    )
    cover = models.ForeignKey(
        "gallery.Image",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="NULL takes the first image.",
    )
    position = models.FloatField(default=0, help_text="In the sidebar.")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["collection", "name"], name="album_name_unique"),
        )

    def __str__(self) -> str:
        return paths.display(self.name)


class AlbumImage(models.Model):
    """`position` is the person's own order: between two neighbours there is always room."""

    album = models.ForeignKey(  # the unique constraint's index serves it
        Album, on_delete=models.CASCADE, related_name="entries", db_index=False
    )
    image = models.ForeignKey("gallery.Image", on_delete=models.CASCADE, related_name="albums")
    position = models.FloatField()
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["album", "image"], name="albumimage_unique"),
        )
        indexes = (models.Index(fields=["album", "position", "image"], name="albumimage_order"),)

    def __str__(self) -> str:
        return f"{self.image_id} in album {self.album_id}"
