"""Addresses of the model files' pages."""

from django.urls import URLPattern, path

from gallery.views import resource_acts, resource_pages

urlpatterns: list[URLPattern] = [
    path("", resource_pages.listing, name="resources"),
    path("used/", resource_pages.used, name="resources-used"),
    path("add/", resource_acts.add, name="add-resources"),
    path("scan/", resource_acts.scan, name="scan-resources"),
    path("hash/", resource_acts.hash_files, name="hash-resources"),
    path("folders/<int:pk>/removal/", resource_acts.remove, name="remove-resources"),
    path("<int:pk>/", resource_pages.show, name="resource-file"),
    path("<int:pk>/preview/<str:key>.webp", resource_pages.preview, name="resource-preview"),
]
