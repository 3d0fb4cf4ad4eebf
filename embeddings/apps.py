"""Registers what embeddings add to the rooms below."""

from django.apps import AppConfig

from gallery.panels import Panel

NEGATIVES = (
    Panel("negatives", "Negatives that worked", "negatives-of-image", order=60),
    Panel(
        "negatives-of-prompt", "Negatives that worked", "negatives-of-prompt", order=60, of="prompt"
    ),
)


class EmbeddingsConfig(AppConfig):
    name = "embeddings"

    def ready(self) -> None:
        from dtoolkit.inference import pool
        from dtoolkit.jobs import kinds
        from embeddings.encoders import specs
        from embeddings.map_tasks import DrawMap
        from embeddings.services import networks
        from gallery import panels

        specs.register_all()
        pool.configure(networks.make_pool)
        kinds.register(DrawMap)
        for panel in NEGATIVES:
            panels.register(panel)
