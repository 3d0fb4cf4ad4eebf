"""Tags and captions of images, each with the source it came from."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F
from django.db.models.functions import Now

from dtoolkit.core import paths
from gallery.models.prompts import searchable


class Tag(models.Model):
    name = models.TextField(unique=True)
    category = models.TextField(
        blank=True, default="", help_text="As Danbooru has it: general, character, artist, …"
    )
    first_seen_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return paths.display(self.name)


class TagAlias(models.Model):
    """A name that a tag had before a person renamed it or merged it into another: whoever says it
    again, a sidecar or a tagger, means that tag. No tag has the name while the alias stands."""

    name = models.TextField(unique=True)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="aliases")

    def __str__(self) -> str:
        return paths.display(self.name)


class ImageTag(models.Model):
    """A source (`sidecar`, a tagger's name, a person) said that the image shows the tag."""

    image = models.ForeignKey(  # the unique constraint's index serves it
        "gallery.Image", on_delete=models.CASCADE, related_name="tags", db_index=False
    )
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="uses")
    source = models.TextField()
    position = models.PositiveSmallIntegerField(default=0)
    confidence = models.FloatField(null=True, blank=True, help_text="0 to 1; NULL: not said.")
    is_denied = models.BooleanField(
        default=False,
        db_default=False,
        help_text="A person took it away: it does not show the tag, whoever says so.",
    )

    class Meta:
        ordering = ("source", "position")
        constraints = (
            models.UniqueConstraint(fields=["image", "source", "tag"], name="imagetag_unique"),
        )

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.image_id}"


class Caption(models.Model):
    """What a source says of the picture in sentences; one a source."""

    image = models.ForeignKey(  # the unique constraint's index serves it
        "gallery.Image", on_delete=models.CASCADE, related_name="captions", db_index=False
    )
    source = models.TextField()
    text = models.TextField()
    words = models.GeneratedField(
        expression=SearchVector(searchable(F("text")), config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering = ("source",)
        constraints = (models.UniqueConstraint(fields=["image", "source"], name="caption_unique"),)
        indexes = (GinIndex(fields=["words"], name="caption_words_gin", fastupdate=False),)

    def __str__(self) -> str:
        return paths.display(self.text[:80])
