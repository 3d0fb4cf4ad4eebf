"""Pages of the job app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
