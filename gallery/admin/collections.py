"""Collections, their roots and folders."""

from django.contrib import admin

from dtoolkit.core import paths
from gallery.admin.large import LargeTableAdmin, MachineMade, NeverDeleted
from gallery.models import Collection, Folder, LibraryRoot


@admin.register(Collection)
class CollectionAdmin(NeverDeleted, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "slug", "created_at")
    search_fields = ("name", "slug")
    readonly_fields = ("created_at",)


@admin.register(LibraryRoot)
class LibraryRootAdmin(MachineMade, NeverDeleted, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("shown_name", "shown_path", "collection", "offline_since", "scanned_at")
    list_filter = ("collection", ("offline_since", admin.EmptyFieldListFilter))
    list_select_related = ("collection",)
    search_fields = ("name", "path")
    readonly_fields = ("shown_path", "collection", "scanned_at", "created_at")
    fields = ("name", "shown_path", "collection", "offline_since", "scanned_at", "created_at")

    @admin.display(description="name", ordering="name")
    def shown_name(self, root: LibraryRoot) -> str:
        return paths.display(root.name)

    @admin.display(description="path", ordering="path")
    def shown_path(self, root: LibraryRoot) -> str:
        return paths.display(root.path)


@admin.register(Folder)
class FolderAdmin(MachineMade, NeverDeleted, LargeTableAdmin):
    list_display = ("shown_path", "root", "depth", "image_count", "is_available")
    list_filter = ("is_available", "root")
    list_select_related = ("root",)
    search_fields = ("path",)
    ordering = ("root", "path")
    fields = ("shown_path", "root", "depth", "image_count", "listing_digest", "is_available")
    readonly_fields = ("shown_path", "root", "depth", "image_count")

    @admin.display(description="path", ordering="path")
    def shown_path(self, folder: Folder) -> str:
        return paths.display(folder.path) or "(the root itself)"
