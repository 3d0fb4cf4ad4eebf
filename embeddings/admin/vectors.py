"""Whose vectors there are and which weights made them; the numbers themselves tell nobody
anything. Deleting a row has its subject embedded anew."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from embeddings.spaces import SPACES
from gallery.admin.large import LargeTableAdmin, MachineMade


class VectorAdmin(MachineMade, LargeTableAdmin):
    list_display: tuple[str, ...] = ("pk", "model_key")
    ordering = ("-pk",)
    sortable_by = ()
    search_help_text = "A number, or the beginning of a model key."
    exclude = ("vector",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("vector")

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return (f"={self.opts.pk.name}__id", "model_key__startswith")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field.name for field in self.opts.concrete_fields if field.name != "vector"]


for space in SPACES.values():
    admin.site.register(space.vectors, VectorAdmin)
