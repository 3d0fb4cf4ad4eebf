"""Where images come from: their sources, earlier versions, imported sidecars, moves undecided."""

from typing import ClassVar

from django.contrib import admin

from gallery.admin.large import LookedAt, shown
from gallery.models import Arrival, ImageSource, ImageVersion, ImportedSidecar, MissingMark


class OfImage(LookedAt):
    list_select_related: ClassVar[tuple[str, ...]] = ("image",)
    search_fields = ("=image__id",)
    search_help_text = "An image's id."


@admin.register(ImageSource)
class ImageSourceAdmin(OfImage):
    list_display = ("image", "kind", shown("name"))


@admin.register(ImageVersion)
class ImageVersionAdmin(OfImage):
    list_display = ("image", "replaced_at", "format", "width", "height", "size")


@admin.register(ImportedSidecar)
class ImportedSidecarAdmin(OfImage):
    list_display = ("image", shown("name"), shown("text"), "imported_at")


@admin.register(Arrival)
class ArrivalAdmin(OfImage):
    list_display = ("image", "waits_for", "noticed_at")
    list_select_related = ("image", "waits_for")


@admin.register(MissingMark)
class MissingMarkAdmin(OfImage):
    list_display = ("image", "marked_at")
