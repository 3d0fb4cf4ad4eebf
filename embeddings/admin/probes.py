"""Pictures that were only asked with."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from embeddings.models import Probe
from gallery.admin.large import LookedAt


@admin.register(Probe)
class ProbeAdmin(LookedAt):
    list_display = ("token", "image", "used_at")
    list_select_related = ("image",)
    search_fields = ("=image__id",)
    ordering = ("-used_at",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """But for what is no text."""
        fields = super().get_readonly_fields(request, obj)
        return [name for name in fields if name not in {"vector", "preview"}]
