"""The pages of embeddings."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
