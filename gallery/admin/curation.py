"""What people put together and said: albums, tags' former names, selections, edits, viewings."""

from django.contrib import admin

from gallery.admin.history import OfImage
from gallery.admin.large import LargeTableAdmin, LookedAt, shown
from gallery.models import (
    Album,
    AlbumImage,
    FileAct,
    HistoryEntry,
    HistoryPart,
    ImageEdit,
    Preference,
    Selection,
    TagAlias,
    Viewing,
)


@admin.register(Album)
class AlbumAdmin(LargeTableAdmin):
    list_display = (shown("name"), "collection", "is_smart", "position")
    list_select_related = ("collection",)
    search_fields = ("name",)
    ordering = ("collection", "position", "pk")
    raw_id_fields = ("cover",)
    readonly_fields = ("created_at",)


@admin.register(AlbumImage)
class AlbumImageAdmin(OfImage):
    list_display = (shown("album"), "image", "position", "added_at")
    list_select_related = ("album", "image")


@admin.register(TagAlias)
class TagAliasAdmin(LargeTableAdmin):
    list_display = (shown("name"), shown("tag"))
    list_select_related = ("tag",)
    search_fields = ("name",)
    ordering = ("name",)
    raw_id_fields = ("tag",)


@admin.register(Selection)
class SelectionAdmin(LookedAt):
    list_display = ("token", "collection", "is_all", "used_at")
    list_select_related = ("collection",)


@admin.register(ImageEdit)
class ImageEditAdmin(OfImage):
    list_display = (
        "image",
        shown("note"),
        "has_prompt",
        "has_negative_prompt",
        "has_date",
        "edited_at",
    )


@admin.register(Viewing)
class ViewingAdmin(OfImage):
    list_display = ("image", "viewed_at")


@admin.register(HistoryEntry)
class HistoryEntryAdmin(LookedAt):
    list_display = ("at", shown("sentence"), "state", "image_count", "refused_count")
    search_fields = ("sentence",)


@admin.register(HistoryPart)
class HistoryPartAdmin(LookedAt):
    list_display = ("entry_id", "is_undone")


@admin.register(FileAct)
class FileActAdmin(LookedAt):
    list_display = ("entry_id", "kind", "state", shown("source"), shown("target"))
    search_fields = ("source", "target")


@admin.register(Preference)
class PreferenceAdmin(LookedAt):
    list_display = ("name",)
