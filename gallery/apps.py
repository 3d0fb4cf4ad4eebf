"""Registers what the gallery adds to the rooms below it."""

from django.apps import AppConfig


class GalleryConfig(AppConfig):
    name = "gallery"

    def ready(self) -> None:
        from dtoolkit.jobs import kinds
        from gallery import actions, tasks
        from gallery.actions.listed import ACTIONS
        from gallery.backup.act import RestoreBackup
        from gallery.duplicates import channels
        from gallery.duplicates.exact import Copies
        from gallery.duplicates.near import NearHashes
        from gallery.pipeline import registry
        from gallery.pipeline.phash_stage import PhashStage
        from gallery.pipeline.strip_stage import StripStage
        from gallery.pipeline.thumbnail_stage import ThumbnailStage
        from gallery.search import keywords
        from gallery.signals import images_indexed

        for keyword in keywords.OURS:
            keywords.register(keyword)
        for kind in tasks.JOB_KINDS:
            kinds.register(kind)
        for action in (*ACTIONS, RestoreBackup):
            actions.register(action)
        registry.register(ThumbnailStage())
        registry.register(PhashStage())
        registry.register(StripStage())
        channels.register(Copies())
        channels.register(NearHashes())
        images_indexed.connect(tasks.on_images_indexed, dispatch_uid="backup")
        images_indexed.connect(tasks.take_words, dispatch_uid="words")
