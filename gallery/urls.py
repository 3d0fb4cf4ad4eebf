"""Pages of the gallery, below `c/<collection>/`: the collection is explicit in each request."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
