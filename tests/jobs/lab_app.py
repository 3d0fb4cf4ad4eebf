"""A tests-only app that registers the lab's kinds."""

from pathlib import Path

from django.apps import AppConfig


class LabConfig(AppConfig):
    name = "tests.jobs.lab_app"
    label = "lab"
    path = str(Path(__file__).parent)

    def ready(self) -> None:
        from dtoolkit.jobs import kinds
        from tests.jobs import lab

        for kind in lab.KINDS:
            kinds.register(kind)
