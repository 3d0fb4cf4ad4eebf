"""Checkpoints, LoRAs and the like, and which image used which."""

from typing import Any

from django.contrib import admin

from gallery.admin.large import LargeTableAdmin
from gallery.models import ImageResource, Resource


@admin.register(Resource)
class ResourceAdmin(LargeTableAdmin):
    list_display = ("name", "kind", "first_seen_at")
    list_filter = ("kind",)
    search_fields = ("name",)
    ordering = ("name",)
    readonly_fields = ("first_seen_at",)


@admin.register(ImageResource)
class ImageResourceAdmin(LargeTableAdmin):
    list_display = ("image", "resource", "kind", "position", "weight", "clip_weight")
    list_filter = ("resource__kind",)
    list_select_related = ("image", "resource")
    search_fields = ("resource__name", "=image__id")
    search_help_text = "Part of a resource's name, or an image's id."
    ordering = ("-id",)
    sortable_by = ()
    raw_id_fields = ("image",)
    autocomplete_fields = ("resource",)

    @admin.display(description="kind")
    def kind(self, use: Any) -> str:
        label: str = use.resource.get_kind_display()
        return label
