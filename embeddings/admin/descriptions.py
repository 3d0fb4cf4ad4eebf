"""What captions and tags say, as the last sweep gathered it."""

from django.contrib import admin

from embeddings.models import Described, Description, ImageDescription
from gallery.admin.large import LookedAt, shown


@admin.register(Description)
class DescriptionAdmin(LookedAt):
    list_display = ("pk", shown("text"))
    search_fields = ("text",)


@admin.register(ImageDescription)
class ImageDescriptionAdmin(LookedAt):
    list_display = ("image", shown("description"))
    list_select_related = ("image", "description")
    search_fields = ("=image__id",)


@admin.register(Described)
class DescribedAdmin(LookedAt):
    """Deleting the row has the next sweep look through everything."""

    list_display = ("tag_id", "caption_id", "changes")
