"""The job app: what a person sees of long work."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class JobsConfig(AppConfig):
    name = "dtoolkit.jobs"
    label = "jobs"

    def ready(self) -> None:
        from django_q.signals import post_spawn

        post_migrate.connect(_schedule_recovery, sender=self, dispatch_uid="jobs-recovery")
        post_spawn.connect(_recover, dispatch_uid="jobs-recovery")


def _schedule_recovery(using: str, **_: Any) -> None:
    """Every minute, wherever a cluster runs."""
    from django_q.models import Schedule

    Schedule.objects.using(using).update_or_create(
        name="recover jobs",
        defaults={
            "func": "dtoolkit.jobs.tasks.recover_jobs",
            "schedule_type": Schedule.MINUTES,
            "minutes": 1,
            "repeats": -1,
            "cluster": "default",
        },
    )


def _recover(**_: Any) -> None:
    """A fresh worker often replaces one that died: look at once what that one held."""
    from dtoolkit.jobs.services import recovery

    recovery.recover()
