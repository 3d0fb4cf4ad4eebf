"""Maps of libraries, which the job that draws them writes."""

from django.contrib import admin

from embeddings.models import MapDrawing, MapPoint
from gallery.admin.large import LargeTableAdmin, MachineMade


@admin.register(MapDrawing)
class MapDrawingAdmin(MachineMade, LargeTableAdmin):
    list_display = ("collection", "image_count", "method", "group_count", "drawn_at")
    list_select_related = ("collection",)
    fields = (
        "collection",
        "model_key",
        "method",
        "image_count",
        "sample_count",
        "group_count",
        "drawn_at",
    )
    readonly_fields = fields


@admin.register(MapPoint)
class MapPointAdmin(MachineMade, LargeTableAdmin):
    list_display = ("image", "x", "y")
    list_select_related = ("image",)
    search_fields = ("=image__id",)
    search_help_text = "An image's id."
    ordering = ("-pk",)
    fields = ("image", "drawing", "x", "y")
    readonly_fields = fields
