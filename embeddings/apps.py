"""Registers what embeddings add to the rooms below."""

from django.apps import AppConfig


class EmbeddingsConfig(AppConfig):
    name = "embeddings"

    def ready(self) -> None:
        from dtoolkit.inference import pool
        from dtoolkit.jobs import kinds
        from embeddings.encoders import specs
        from embeddings.map_tasks import DrawMap
        from embeddings.services import networks

        specs.register_all()
        pool.configure(networks.make_pool)
        kinds.register(DrawMap)
