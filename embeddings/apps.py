"""Registers what embeddings add to the rooms below."""

from django.apps import AppConfig

from gallery.panels import Panel

PANELS = (
    Panel("embeddings", "Embeddings", "embeddings-coverage", order=60, of="library"),
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
        from embeddings.index_tasks import BuildIndex
        from embeddings.map_tasks import DrawMap
        from embeddings.network_tasks import DownloadWeights, InstallLibraries
        from embeddings.services import in_memory, networks
        from gallery import panels

        specs.register_all()
        pool.configure(networks.make_pool, in_memory.keep_in_touch)
        for kind in (DownloadWeights, InstallLibraries, DrawMap, BuildIndex):
            kinds.register(kind)
        for panel in PANELS:
            panels.register(panel)
        self._search()
        _register_work()

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


def _register_work() -> None:
    """Jobs, the pipeline's stage, acts on selections, and who hears the news from below."""
    from django.db.models.signals import post_save

    from dtoolkit.jobs import kinds
    from embeddings import receivers, tasks
    from embeddings.duplicates import LooksAlike
    from embeddings.models import ClipHVector, Weights
    from embeddings.stages import ClipHStage
    from embeddings.unsaid import UNSAID
    from embeddings.vector_actions import ACTIONS
    from gallery import actions
    from gallery.backup import register
    from gallery.duplicates import channels
    from gallery.media import contents
    from gallery.pipeline import registry
    from gallery.signals import images_indexed

    for kind in tasks.JOB_KINDS:
        kinds.register(kind)
    for action in ACTIONS:
        actions.register(action)
    registry.register(ClipHStage())
    channels.register(LooksAlike())
    register.leave(UNSAID)
    contents.register(ClipHVector._meta.db_table, "content")
    images_indexed.connect(receivers.on_images_indexed, dispatch_uid="embeddings")
    post_save.connect(receivers.on_weights_changed, sender=Weights, dispatch_uid="embeddings")
