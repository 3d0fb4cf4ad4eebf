"""Words between the library and its files."""

from django.contrib import admin

from gallery.admin.history import OfImage
from gallery.models import FormerContent, WordsWaiting


@admin.register(WordsWaiting)
class WordsWaitingAdmin(OfImage):
    list_display = ("image", "is_new", "changed_at")
    list_select_related = ("image",)


@admin.register(FormerContent)
class FormerContentAdmin(OfImage):
    list_display = ("image", "fingerprint", "until", "is_met")
    list_select_related = ("image",)
