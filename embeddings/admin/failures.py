"""Texts that a space could not take. Deleting a row lets its space try the text anew."""

from django.contrib import admin

from embeddings.models import TextFailure
from gallery.admin.large import LookedAt, shown


@admin.register(TextFailure)
class TextFailureAdmin(LookedAt):
    list_display = ("space", "subject_id", shown("reason"), "attempts", "failed_at")
    list_filter = ("space", "attempts")
    search_fields = ("reason", "=subject_id")
