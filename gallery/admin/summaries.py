"""The dashboard's kept numbers."""

from django.contrib import admin

from gallery.admin.large import LookedAt, shown
from gallery.models import LibrarySummary


@admin.register(LibrarySummary)
class LibrarySummaryAdmin(LookedAt):
    list_display = (shown("scope"), "collection", "made_at", "took_ms")
    list_select_related = ("collection",)
