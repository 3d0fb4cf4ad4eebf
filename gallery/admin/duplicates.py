"""Groups of duplicates as they were found and decided."""

from django.contrib import admin

from gallery.admin.history import OfImage
from gallery.admin.large import LookedAt, shown
from gallery.models import DuplicateGroup, DuplicateMember


@admin.register(DuplicateGroup)
class DuplicateGroupAdmin(LookedAt):
    list_display = (shown("channel"), "state", "distance", "keeper", "is_confirmed", "found_at")
    list_select_related = ("keeper",)


@admin.register(DuplicateMember)
class DuplicateMemberAdmin(OfImage):
    list_display = (shown("group"), "image", "distance")
    list_select_related = ("group", "image")
