"""Reads of images that one can say aloud: `Image.objects.visible().rated(at_least=7)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left

if TYPE_CHECKING:
    from gallery.models import (
        Collection,
        Folder,
        Image,  # noqa: F401 - named in QuerySet["Image"]
    )

EXCERPT_CHARS = 150


class ImageQuerySet(models.QuerySet["Image"]):
    def in_collection(self, collection: Collection) -> Self:
        return self.filter(collection=collection)

    def available(self) -> Self:
        """On the disk when last looked."""
        return self.filter(is_available=True)

    def visible(self) -> Self:
        """Neither vanished nor marked for deletion."""
        return self.filter(is_available=True, is_for_deletion=False)

    def for_deletion(self) -> Self:
        return self.filter(is_for_deletion=True)

    def within(self, folder: Folder) -> Self:
        """In `folder` or anywhere below it."""
        from gallery.models import Folder

        return self.filter(folder__in=Folder.objects.filter(subtree(folder)))

    def rated(self, at_least: int = 1) -> Self:
        return self.filter(rating__gte=at_least)

    def unrated(self) -> Self:
        return self.filter(rating=None)

    def favourites(self) -> Self:
        return self.filter(is_favourite=True)

    def nsfw(self) -> Self:
        return self.filter(is_nsfw=True)

    def safe(self) -> Self:
        return self.filter(is_nsfw=False)

    def prompted(self, query: SearchQuery) -> Self:
        """Whose prompt matches `query`; see `gallery.search.fulltext`."""
        return self.filter(prompt__words=query)

    def missing_stage(self, column: str, version: int) -> Self:
        """Readable images whose `column` (a stage's done mark) is empty or older than `version`."""
        return self.available().filter(
            Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__lt": version}),
            read_version__isnull=False,
        )

    def tiles(self) -> Self:
        """With what a tile shows and nothing more: checkpoint loaded, `excerpt` of the prompt."""
        return (
            self.select_related("checkpoint")
            .only(*TILE_FIELDS)
            .annotate(excerpt=Left(F("prompt__text"), EXCERPT_CHARS))
        )


TILE_FIELDS = (
    "id",
    "collection_id",
    "folder_id",
    "name",
    "size",
    "modified_at",
    "created_at",
    "is_available",
    "read_version",
    "fingerprint",
    "format",
    "width",
    "height",
    "generator",
    "prompt_id",
    "seed",
    "duration_ms",
    "thumbnail_version",
    "strip_of",
    "rating",
    "is_favourite",
    "is_nsfw",
    "is_for_deletion",
    "checkpoint__kind",
    "checkpoint__name",
)


def subtree(folder: Folder) -> Q:
    """Selects `folder` and all folders below it; one range of the index on root and path."""
    if not folder.path:
        return Q(root=folder.root_id)
    return Q(root=folder.root_id) & (Q(path=folder.path) | Q(path__startswith=f"{folder.path}/"))


ImageManager = models.Manager.from_queryset(ImageQuerySet)
