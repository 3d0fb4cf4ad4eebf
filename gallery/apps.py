"""Registers what the gallery adds to the rooms below it."""

from django.apps import AppConfig


class GalleryConfig(AppConfig):
    name = "gallery"

    def ready(self) -> None:
        from dtoolkit.jobs import kinds
        from gallery import tasks

        for kind in tasks.JOB_KINDS:
            kinds.register(kind)
