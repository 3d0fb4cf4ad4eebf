"""The image: narrow on purpose, what a grid, a filter and a sort need and nothing more."""

from pathlib import Path

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from dtoolkit.core import paths
from gallery.querysets import ImageManager


class Image(models.Model):
    """A file of a library. Scanner and stages own most of it; people own the last block."""

    # The quick scan writes folders and their images in one transaction; constraints that look each
    # row's folder and collection up again would cost it a third of its time.
    collection = models.ForeignKey(
        "gallery.Collection", on_delete=models.CASCADE, db_index=False, db_constraint=False
    )
    folder = models.ForeignKey(
        "gallery.Folder",
        on_delete=models.CASCADE,
        db_index=False,
        db_constraint=False,
        related_name="images",
    )
    name = models.TextField(db_collation="C", help_text="As core.paths.to_text gives it.")
    size = models.BigIntegerField(help_text="Bytes.")
    mtime_ns = models.BigIntegerField()
    modified_at = models.DateTimeField()
    created_at = models.DateTimeField(
        help_text="The file's own birth time, else its change time; or a person's, see ImageEdit."
    )
    first_seen_at = models.DateTimeField(db_default=Now())
    is_available = models.BooleanField(default=True, db_default=True)

    # What the deep scan read; `read_version` is the readers' version, NULL is unread.
    read_version = models.PositiveSmallIntegerField(null=True, blank=True)
    fingerprint = models.UUIDField(
        null=True,
        blank=True,
        help_text="xxh3-128 over size and the first, middle and last 64 KiB.",
    )
    format = models.TextField(blank=True, default="", db_default="")
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    generator = models.TextField(blank=True, default="", db_default="")
    prompt = models.ForeignKey(
        "gallery.Prompt",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="images",
    )
    negative_prompt = models.ForeignKey(
        "gallery.Prompt",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="negated_images",
    )
    checkpoint = models.ForeignKey(
        "gallery.Resource",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="images",
    )
    seed = models.DecimalField(max_digits=20, decimal_places=0, null=True, blank=True)
    steps = models.PositiveIntegerField(null=True, blank=True)
    cfg_scale = models.FloatField(null=True, blank=True)
    sampler = models.TextField(blank=True, default="", db_default="")
    scheduler = models.TextField(blank=True, default="", db_default="")
    denoise = models.FloatField(null=True, blank=True)
    clip_skip = models.SmallIntegerField(null=True, blank=True)
    parse_version = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The parsers' version that understood its raw records."
    )
    duration_ms = models.PositiveIntegerField(
        null=True, blank=True, help_text="Of videos and animations; NULL is a still."
    )
    workflow = models.ForeignKey(
        "gallery.Workflow",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="images",
    )
    sidecar_stamp = models.BigIntegerField(
        null=True,
        blank=True,
        help_text="xxh3-64 (signed) of its sidecars' names, sizes and times; NULL has none.",
    )

    # What the pipeline made; each is a stage's own done mark.
    thumbnail_version = models.PositiveSmallIntegerField(null=True, blank=True)
    phash = models.BigIntegerField(null=True, blank=True, help_text="64-bit DCT hash, signed.")
    strip_of = models.UUIDField(
        null=True,
        blank=True,
        help_text="The fingerprint whose moving preview was made; NULL has none.",
    )

    # What a person said. No machine writes these.
    rating = models.PositiveSmallIntegerField(null=True, blank=True, help_text="1 to 10.")
    is_favourite = models.BooleanField(default=False, db_default=False)
    is_nsfw = models.BooleanField(default=False, db_default=False)
    is_nsfw_said = models.BooleanField(
        default=False,
        db_default=False,
        help_text="A person decided `is_nsfw`, so that no word of its prompt does.",
    )
    is_for_deletion = models.BooleanField(default=False, db_default=False)

    objects = ImageManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["folder", "name"], name="image_folder_name_unique"),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 10)),
                name="image_rating_range",
            ),
        )
        # One index a sort, each ending in the tie-break; those on facts that come later are
        # partial, so that the quick scan does not pay for them.
        indexes = (
            models.Index(fields=["collection", "created_at", "id"], name="image_created"),
            models.Index(fields=["collection", "modified_at", "id"], name="image_modified"),
            models.Index(fields=["collection", "id"], name="image_first_seen"),
            models.Index(fields=["collection", "name", "id"], name="image_name"),
            models.Index(fields=["collection", "size", "id"], name="image_size"),
            models.Index(
                fields=["collection", "rating", "id"],
                name="image_rating",
                condition=Q(rating__isnull=False),
            ),
            models.Index(
                fields=["collection", "created_at", "id"],
                name="image_favourite",
                condition=Q(is_favourite=True),
            ),
            models.Index(
                fields=["collection", "created_at", "id"],
                name="image_rated",
                include=["rating"],
                condition=Q(rating__isnull=False),
            ),
            models.Index(
                fields=["collection", "created_at", "id"],
                name="image_nsfw",
                condition=Q(is_nsfw=True),
            ),
            models.Index(
                fields=["collection", "created_at", "id"],
                name="image_for_deletion",
                condition=Q(is_for_deletion=True),
            ),
            models.Index(fields=["prompt"], name="image_prompt", condition=Q(prompt__isnull=False)),
            models.Index(
                fields=["negative_prompt"],
                name="image_negative_prompt",
                condition=Q(negative_prompt__isnull=False),
            ),
            models.Index(
                fields=["checkpoint"],
                name="image_checkpoint",
                condition=Q(checkpoint__isnull=False),
            ),
            models.Index(
                fields=["workflow"], name="image_workflow", condition=Q(workflow__isnull=False)
            ),
            models.Index(fields=["seed"], name="image_seed", condition=Q(seed__isnull=False)),
            models.Index(
                fields=["fingerprint"],
                name="image_fingerprint",
                condition=Q(fingerprint__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return paths.display(self.name)

    @property
    def relative_path(self) -> str:
        """Below the root, in stored form; needs `folder` loaded."""
        return f"{self.folder.path}/{self.name}" if self.folder.path else self.name

    @property
    def disk_path(self) -> Path:
        """Where the file should be; needs `folder__root`. Unchecked: see `core.paths.inside`."""
        return self.folder.root.disk_path / paths.from_text(self.relative_path)
