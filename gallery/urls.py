"""Pages of the gallery, below `c/<collection>/`: the collection is explicit in each request."""

from django.urls import URLPattern, path

from gallery.views.thumbnails import thumbnail

urlpatterns: list[URLPattern] = [
    path("thumbs/<int:pk>/<int:size>/<str:key>.webp", thumbnail, name="thumbnail"),
]
