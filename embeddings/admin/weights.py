"""Where networks' weights lie. The models page and `manage.py models` say it; this is to mend."""

from django.contrib import admin

from embeddings.models import Weights
from gallery.admin.large import LookedAt, shown


@admin.register(Weights)
class WeightsAdmin(LookedAt):
    list_display = ("network", shown("path"), "source", "model_key", shown("problem"), "checked_at")
    search_fields = ("network", "path")
