"""Images: what files say can be looked up, what people say can be mended."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dtoolkit.core import paths
from gallery.admin.large import LargeTableAdmin, MachineMade
from gallery.media import thumbnails
from gallery.models import Image


class FormatFilter(admin.SimpleListFilter):
    """Named values: asking a million rows for theirs would take longer than the list."""

    title = "format"
    parameter_name = "format"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WebP"), ("-", "not recognised")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        if self.value() is None:
            return queryset
        return queryset.filter(format="" if self.value() == "-" else self.value())


class RatedFilter(admin.SimpleListFilter):
    title = "rating"
    parameter_name = "rated"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "unrated"), *((str(n), f"{n} and up") for n in (9, 7, 5, 1))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        value = self.value()
        if value == "no":
            return queryset.filter(rating=None)
        if value and value.isascii() and value.isdigit():
            return queryset.filter(rating__gte=min(int(value[:2]), 10))
        return queryset


@admin.register(Image)
class ImageAdmin(MachineMade, LargeTableAdmin):
    list_display = (
        "thumbnail",
        "shown_name",
        "format",
        "width",
        "height",
        "generator",
        "checkpoint",
        "rating",
        "is_favourite",
        "is_nsfw",
        "is_for_deletion",
        "is_available",
        "created_at",
    )
    list_display_links = ("thumbnail", "shown_name")
    list_filter = (
        "collection",
        FormatFilter,
        RatedFilter,
        "is_favourite",
        "is_nsfw",
        "is_for_deletion",
        "is_available",
        ("read_version", admin.EmptyFieldListFilter),
        ("thumbnail_version", admin.EmptyFieldListFilter),
    )
    list_select_related = ("checkpoint",)
    search_fields = ("name__startswith", "=seed", "=id")
    search_help_text = "The beginning of a file's name, a seed or an id."
    ordering = ("-id",)
    sortable_by = ("rating", "created_at")
    raw_id_fields = ("prompt", "negative_prompt")
    autocomplete_fields = ("checkpoint",)
    readonly_fields = (
        "thumbnail",
        "shown_name",
        "place",
        "size",
        "modified_at",
        "created_at",
        "first_seen_at",
        "fingerprint",
        "phash",
    )
    fieldsets = (
        (None, {"fields": ("thumbnail", "shown_name", "place", "is_available")}),
        ("Said by people", {"fields": ("rating", "is_favourite", "is_nsfw", "is_for_deletion")}),
        (
            "Read from the file",
            {
                "fields": (
                    "format",
                    ("width", "height"),
                    "generator",
                    "prompt",
                    "negative_prompt",
                    "checkpoint",
                    "seed",
                    ("steps", "cfg_scale"),
                    ("sampler", "scheduler"),
                    ("denoise", "clip_skip"),
                )
            },
        ),
        (
            "The file itself",
            {
                "fields": (
                    "size",
                    "modified_at",
                    "created_at",
                    "first_seen_at",
                    "fingerprint",
                    "phash",
                    "read_version",
                    "thumbnail_version",
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Image]:
        images: QuerySet[Image] = super().get_queryset(request)
        match = request.resolver_match
        if match and match.url_name == "gallery_image_change":
            return images.select_related("folder__root", "collection")
        return images

    @admin.display(description="thumbnail")
    def thumbnail(self, image: Image) -> SafeString:
        return format_html(
            '<img src="{}" height="64" alt="" loading="lazy">', thumbnails.url(image, 192)
        )

    @admin.display(description="name")
    def shown_name(self, image: Image) -> str:
        return paths.display(image.name)

    @admin.display(description="place")
    def place(self, image: Image) -> SafeString:
        page = reverse("image", args=[image.collection.slug, image.pk])
        return format_html('<a href="{}">{}</a>', page, paths.display(str(image.disk_path)))
