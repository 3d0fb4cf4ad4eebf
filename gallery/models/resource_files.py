"""Checkpoints, LoRAs and their like on disk, and which recorded uses mean them."""

from pathlib import Path

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from dtoolkit.core import paths
from gallery.models.resources import Resource


class ResourceFolder(models.Model):
    """A folder with such files that a person added."""

    path = models.TextField(unique=True, help_text="Absolute, as core.paths.to_text gives it.")
    kind = models.TextField(
        choices=Resource.Kind, blank=True, default="", help_text="Empty: told by folder and header."
    )
    offline_since = models.DateTimeField(null=True, blank=True)
    scanned_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return paths.display(self.path)

    @property
    def disk_path(self) -> Path:
        return Path(paths.from_text(self.path))


class ResourceFile(models.Model):
    """One file; hashes are lower-case hex, empty until they were computed."""

    folder = models.ForeignKey(  # the unique constraint's index serves it
        ResourceFolder, on_delete=models.CASCADE, related_name="files", db_index=False
    )
    path = models.TextField(db_collation="C", help_text="Relative to the folder, as stored.")
    name = models.TextField(help_text="Without folder and extension.")
    kind = models.TextField(choices=Resource.Kind, blank=True, default="")
    size = models.BigIntegerField(help_text="Bytes.")
    mtime_ns = models.BigIntegerField()
    is_available = models.BooleanField(default=True, db_default=True)

    # Read at the scan.
    read_at = models.DateTimeField(null=True, blank=True)
    base = models.TextField(blank=True, default="", help_text="SDXL, Flux.1, …, as recorded.")
    title = models.TextField(blank=True, default="")
    preview = models.TextField(blank=True, default="", help_text="Name of the picture beside it.")
    facts = models.JSONField(default=list, help_text="Pairs, from header and same-stem JSON.")
    problem = models.TextField(blank=True, default="", help_text="Why it could not be read.")
    fingerprint = models.UUIDField(
        null=True, blank=True, help_text="As of images: tells a moved file again."
    )
    beside_stamp = models.BigIntegerField(
        null=True, blank=True, help_text="Of JSON and picture beside it."
    )
    stated_hashes = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        help_text="As header and JSON beside it state them, of any form; lower-case hex.",
    )
    aliases = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        help_text="Other names by which images call it, case folded.",
    )
    former_names = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        help_text="What this content was called before it was renamed; images still call it so.",
    )

    # AutoV1 (8) is read at the scan. The others are computed lazily and kept whole: AutoV2 is the
    # first 10 of sha256, AutoV3 the first 12 of the tensors'.
    sha256 = models.TextField(blank=True, default="")
    autov1 = models.TextField(blank=True, default="")
    autov3 = models.TextField(blank=True, default="")
    hashed_at = models.DateTimeField(null=True, blank=True)
    is_hash_wanted = models.BooleanField(
        default=False, db_default=False, help_text="It would tell whether recorded uses mean it."
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["folder", "path"], name="resourcefile_unique"),
        )

    def __str__(self) -> str:
        return paths.display(self.path)


class ResourceMatch(models.Model):
    """A use, as a name and the hash recorded beside it, means this file."""

    class Rule(models.TextChoices):
        HASH = "hash", "by hash"
        NAME = "name", "by name"

    resource = models.ForeignKey(  # the unique constraint's index serves it
        Resource, on_delete=models.CASCADE, related_name="matches", db_index=False
    )
    recorded_hash = models.TextField(blank=True, default="")
    file = models.ForeignKey(ResourceFile, on_delete=models.CASCADE, related_name="matches")
    rule = models.TextField(choices=Rule)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["resource", "recorded_hash"], name="resourcematch_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.resource_id} is {self.file_id} {self.get_rule_display()}"
