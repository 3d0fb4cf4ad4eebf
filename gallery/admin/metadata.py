"""What files said, whole: to see why an image was read as it was."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from gallery.admin.large import LargeTableAdmin, MachineMade
from gallery.models import ImageMetadata
from gallery.templatetags.details import visible

_SHOWN_CHARS = 20_000


@admin.register(ImageMetadata)
class ImageMetadataAdmin(MachineMade, LargeTableAdmin):
    list_display = ("image", "rule", "generator_version", "problems_in_words")
    list_select_related = ("image",)
    search_fields = ("=rule", "=image__id", "image__name__startswith")
    search_help_text = "An image's id, the beginning of its name, or the rule that read it."
    ordering = ("-image_id",)
    sortable_by = ()
    fields = ("image", "rule", "generator_version", "facts", "problems", "records_in_full")
    readonly_fields = ("image", "rule", "generator_version", "records_in_full")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[ImageMetadata] = super().get_queryset(request)
        return rows.defer("packed_records")

    @admin.display(description="problems")
    def problems_in_words(self, metadata: ImageMetadata) -> str:
        return "; ".join(
            visible(str(problem)) for problem in metadata.problems + metadata.parse_problems
        )

    @admin.display(description="records")
    def records_in_full(self, metadata: ImageMetadata) -> SafeString:
        return format_html_join(
            "",
            "<details><summary>{} {} ({} characters)</summary><pre>{}</pre></details>",
            (
                (
                    visible(record["container"]),
                    visible(record["key"]),
                    len(record["text"]),
                    visible(record["text"][:_SHOWN_CHARS]),
                )
                for record in metadata.records
            ),
        )
