"""Where images lie: collections scope library roots, roots hold folders."""

from pathlib import Path

from django.db import models
from django.db.models.functions import Now

from dtoolkit.core import paths


class Collection(models.Model):
    """A scope that every request names; never a global current one."""

    slug = models.SlugField(max_length=50, unique=True)
    name = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class LibraryRoot(models.Model):
    """A folder on disk that a person added. While it is offline nothing below it changes."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="roots")
    path = models.TextField(unique=True, help_text="Absolute, as core.paths.to_text gives it.")
    name = models.TextField()
    offline_since = models.DateTimeField(null=True, blank=True)
    scanned_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return paths.display(self.path)

    @property
    def disk_path(self) -> Path:
        return Path(paths.from_text(self.path))


class Folder(models.Model):
    """A directory below a root, the root itself with the empty path among them."""

    root = models.ForeignKey(  # the unique constraint's index serves it
        LibraryRoot, on_delete=models.CASCADE, related_name="folders", db_index=False
    )
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="children"
    )
    path = models.TextField(
        blank=True,
        db_collation="C",
        help_text="Relative to the root, '/' between parts, as core.paths.to_text gives it.",
    )
    name = models.TextField(db_collation="C")
    depth = models.PositiveSmallIntegerField(default=0)
    image_count = models.PositiveIntegerField(default=0, help_text="Available images right here.")
    listing_digest = models.UUIDField(
        null=True,
        blank=True,
        help_text="xxh3-128 of names, sizes and times at the last quick scan.",
    )
    is_available = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["root", "path"], name="folder_root_path_unique"),
        )

    def __str__(self) -> str:
        return paths.display(self.path or self.name)
