"""The API's front door."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
