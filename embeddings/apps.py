"""Registers what embeddings add to the rooms below."""

from django.apps import AppConfig


class EmbeddingsConfig(AppConfig):
    name = "embeddings"
