"""Registers what embeddings add to the rooms below."""

from django.apps import AppConfig


class EmbeddingsConfig(AppConfig):
    name = "embeddings"

    def ready(self) -> None:
        from embeddings.encoders import specs

        specs.register_all()
