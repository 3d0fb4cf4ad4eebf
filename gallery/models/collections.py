"""Where images lie: collections scope library roots, roots hold folders."""

from pathlib import Path

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from dtoolkit.core import paths
from gallery.metadata import PARSE_VERSION


def current_parsers() -> int:
    return PARSE_VERSION


class Collection(models.Model):
    """A scope that every request names; never a global current one."""

    slug = models.SlugField(max_length=50, unique=True)
    name = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class WatchState(models.TextChoices):
    OFF = "off", "not watched"
    WATCHING = "watching"
    POLLING = "polling"
    FAILED = "failed", "cannot be watched"


class LibraryRoot(models.Model):
    """A folder on disk that a person added. While it is offline nothing below it changes."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="roots")
    path = models.TextField(unique=True, help_text="Absolute, as core.paths.to_text gives it.")
    name = models.TextField()
    offline_since = models.DateTimeField(null=True, blank=True)
    scanned_at = models.DateTimeField(null=True, blank=True)
    parsed_with = models.PositiveSmallIntegerField(
        default=current_parsers, help_text="All its images' texts were parsed by this or newer."
    )
    created_at = models.DateTimeField(db_default=Now())

    # What a person chose for it.
    is_watched = models.BooleanField(default=True, db_default=True)
    extensions = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        help_text="Lower case, without the dot; empty takes all that can be read.",
    )
    ignored = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        help_text="Patterns in .gitignore's language, relative to the root.",
    )
    takes_hidden = models.BooleanField(default=False, db_default=False)
    follows_links = models.BooleanField(
        default=False, db_default=False, help_text="Links to folders inside the root, each once."
    )

    # What the watcher says of itself.
    watch_state = models.TextField(
        choices=WatchState, default=WatchState.OFF, db_default=WatchState.OFF
    )
    watch_note = models.TextField(blank=True, default="", db_default="")
    watch_changed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return paths.display(self.path)

    @property
    def disk_path(self) -> Path:
        return Path(paths.from_text(self.path))


class Treatment(models.TextChoices):
    """`exclude`: its images leave the library until it is taken in again, with all that people
    said kept. `archive`: they stay as they are and are not looked at by scans. `_tree` holds for
    all below it too, without it only for the folder itself."""

    SCAN = "", "scanned"
    EXCLUDE = "exclude", "excluded"
    EXCLUDE_TREE = "exclude_tree", "excluded with all below"
    ARCHIVE = "archive", "archived"
    ARCHIVE_TREE = "archive_tree", "archived with all below"


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
    is_mount_point = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Another drive was mounted here: empty without it, not emptied.",
    )
    treatment = models.TextField(
        choices=Treatment,
        blank=True,
        default=Treatment.SCAN,
        db_default=Treatment.SCAN,
        help_text="What a person decided of it; the nearest ancestor that decides, decides.",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["root", "path"], name="folder_root_path_unique"),
        )

    def __str__(self) -> str:
        return paths.display(self.path or self.name)
