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
        self._search()

    def _search(self) -> None:
        from embeddings.actions import LessLike, MoreLike
        from embeddings.keywords import KEYWORDS
        from embeddings.ranker import Meaning
        from gallery import actions
        from gallery.search import keywords, rankings

        for keyword in KEYWORDS:
            keywords.register(keyword)
        rankings.register(Meaning())
        actions.register(MoreLike)
        actions.register(LessLike)
