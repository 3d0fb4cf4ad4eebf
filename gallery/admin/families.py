"""Families as they were found, and what people said of stacks."""

from django.contrib import admin

from gallery.admin.history import OfImage
from gallery.admin.large import shown
from gallery.models import Kin, Stacked, StackWord


@admin.register(Kin)
class KinAdmin(OfImage):
    list_display = (shown("role"), "image", "parent", shown("evidence"), "distance", "is_version")
    list_select_related = ("image", "parent")


@admin.register(Stacked)
class StackedAdmin(OfImage):
    list_display = ("image", "version", "idea", "cover_at")
    list_select_related = ("image",)


@admin.register(StackWord)
class StackWordAdmin(OfImage):
    list_display = (shown("word"), "image", "token", "said_at")
    list_select_related = ("image",)
