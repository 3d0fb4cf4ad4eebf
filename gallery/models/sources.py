"""The pictures that a picture was made from, as its file names them: the start of its lineage."""

from django.db import models
from django.db.models import F, Func, Value

from dtoolkit.core import paths


def file_name(recorded: models.expressions.Combinable) -> Func:
    """A recorded name without its folder, and without the ` [input]` that ComfyUI puts behind."""
    bare = Func(recorded, Value(r" \[(input|output|temp)\]$"), Value(""), function="regexp_replace")
    return Func(
        bare,
        Value(r"^.*[/\\]"),
        Value(""),
        function="regexp_replace",
        output_field=models.TextField(),
    )


class ImageSource(models.Model):
    """One recorded reference to another picture; that one need not be in the library."""

    image = models.ForeignKey(  # the unique constraint's index serves it
        "gallery.Image", on_delete=models.CASCADE, related_name="sources", db_index=False
    )
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.TextField(help_text="metadata.records.SourceReference.kind")
    name = models.TextField(blank=True, help_text="File name or path as recorded.")
    recorded_hash = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=["image", "position"], name="imagesource_unique"),
        )
        indexes = (
            models.Index(fields=["name"], name="imagesource_name"),
            models.Index(file_name(F("name")), name="imagesource_file_name"),
        )

    def __str__(self) -> str:
        return f"{self.kind}: {paths.display(self.name)}"
