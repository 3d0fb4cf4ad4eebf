"""Registers the foundation's system checks."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "dtoolkit.core"
    label = "core"

    def ready(self) -> None:
        from dtoolkit.core import checks  # noqa: F401 - importing registers them
