"""What stages could not do. Deleting a row lets its stage try the image anew."""

from typing import Any

from django.contrib import admin
from django.utils.text import Truncator

from gallery.admin.large import LargeTableAdmin, MachineMade
from gallery.models import StageFailure
from gallery.templatetags.details import visible


@admin.register(StageFailure)
class StageFailureAdmin(MachineMade, LargeTableAdmin):
    list_display = ("image", "stage", "short_reason", "attempts", "failed_at")
    list_filter = ("stage", "attempts")
    list_select_related = ("image",)
    search_fields = ("reason", "=image__id", "image__name__startswith")
    search_help_text = "Part of a reason, an image's id, or the beginning of its name."
    ordering = ("-failed_at",)
    fields = ("image", "stage", "version", "reason", "attempts", "failed_at")
    readonly_fields = fields

    @admin.display(description="reason")
    def short_reason(self, failure: Any) -> str:
        return visible(Truncator(failure.reason).chars(160))
