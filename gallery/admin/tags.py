"""Tags and captions, and who said so."""

from django.contrib import admin

from gallery.admin.large import LargeTableAdmin, LookedAt, shown
from gallery.models import Caption, ImageTag, Tag


@admin.register(Tag)
class TagAdmin(LargeTableAdmin):
    list_display = (shown("name"), "category", "first_seen_at")
    search_fields = ("name",)
    ordering = ("name",)
    readonly_fields = ("first_seen_at",)


@admin.register(ImageTag)
class ImageTagAdmin(LookedAt):
    list_display = ("image", shown("tag"), shown("source"), "confidence")
    list_select_related = ("image", "tag")
    search_fields = ("=image__id", "=tag__name")
    search_help_text = "An image's id, or a tag."


@admin.register(Caption)
class CaptionAdmin(LookedAt):
    list_display = ("image", shown("source"), shown("text"))
    list_select_related = ("image",)
    search_fields = ("=image__id",)
    search_help_text = "An image's id."
