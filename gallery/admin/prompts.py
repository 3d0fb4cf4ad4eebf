"""Prompts, found by their words as the library finds them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator

from gallery.admin.large import LargeTableAdmin, MachineMade
from gallery.models import Prompt
from gallery.search import fulltext
from gallery.templatetags.details import visible


@admin.register(Prompt)
class PromptAdmin(MachineMade, LargeTableAdmin):
    list_display = ("excerpt", "first_seen_at")
    search_fields = ("words",)
    search_help_text = 'Words, "a phrase", -without, as in the library\'s search.'
    ordering = ("-id",)
    sortable_by = ()
    fields = ("whole_text", "digest", "first_seen_at")
    readonly_fields = ("whole_text", "digest", "first_seen_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Prompt] = super().get_queryset(request)
        return rows.defer("words")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        words = fulltext.of_words(search_term)
        return (queryset if words is None else queryset.filter(words=words)), False

    @admin.display(description="text")
    def excerpt(self, prompt: Prompt) -> str:
        return visible(Truncator(prompt.text).chars(160)) or "(empty)"

    @admin.display(description="text")
    def whole_text(self, prompt: Prompt) -> str:
        return visible(prompt.text)
