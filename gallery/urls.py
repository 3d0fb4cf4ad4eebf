"""Pages of the gallery, below `c/<collection>/`: the collection is explicit in each request."""

from django.urls import URLPattern, path

from gallery.views import curation, files, images, records
from gallery.views.thumbnails import thumbnail

_IMAGE = "c/<slug:slug>/images/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path(_IMAGE, images.show, name="image"),
    path(f"{_IMAGE}panel/", images.panel, name="image-panel"),
    path(f"{_IMAGE}records/", records.listing, name="image-records"),
    path(f"{_IMAGE}records/<int:index>/", records.text, name="image-record"),
    path(f"{_IMAGE}rating/", curation.rate, name="rate"),
    path(f"{_IMAGE}favourite/", curation.favourite, name="favourite"),
    path(f"{_IMAGE}nsfw/", curation.nsfw, name="nsfw"),
    path(f"{_IMAGE}deletion/", curation.deletion, name="mark-for-deletion"),
    path("files/<int:pk>/<path:name>", files.original, name="file"),
    path("thumbs/<int:pk>/<int:size>/<str:key>.webp", thumbnail, name="thumbnail"),
]
