"""Files of checkpoints, LoRAs and the like, and which recorded uses mean them."""

from django.contrib import admin

from gallery.admin.large import LookedAt, shown
from gallery.models import ResourceFile, ResourceFolder, ResourceMatch


@admin.register(ResourceFolder)
class ResourceFolderAdmin(LookedAt):
    list_display = (shown("path"), "kind", "scanned_at", "offline_since")


@admin.register(ResourceFile)
class ResourceFileAdmin(LookedAt):
    list_display = (shown("name"), "kind", "base", "size", "is_available", "hashed_at")
    list_filter = ("kind", "is_available")
    search_fields = ("name", "=sha256")


@admin.register(ResourceMatch)
class ResourceMatchAdmin(LookedAt):
    list_display = (shown("resource"), "recorded_hash", shown("file"), "rule")
    list_filter = ("rule",)
    list_select_related = ("resource", "file")
    search_fields = ("resource__name", "=recorded_hash")
