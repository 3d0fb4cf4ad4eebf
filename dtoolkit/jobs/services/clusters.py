"""Which clusters of workers live, here and on other hosts."""

import socket
from datetime import timedelta

from django.utils import timezone

from dtoolkit.jobs.models import ClusterHeartbeat

BEAT_EVERY_S = 5.0
_SILENT_AFTER = timedelta(seconds=20)
_FORGOTTEN_AFTER = timedelta(days=1)


def alive() -> list[ClusterHeartbeat]:
    """Heard of in the last 20 seconds."""
    recent = ClusterHeartbeat.objects.filter(beat_at__gt=timezone.now() - _SILENT_AFTER)
    return list(recent.order_by("cluster", "host"))


def beat(key: str, cluster: str) -> None:
    """Called by a cluster's guard; forgets those that died a day ago."""
    now = timezone.now()
    _, is_new = ClusterHeartbeat.objects.update_or_create(
        key=key, defaults={"cluster": cluster, "host": socket.gethostname(), "beat_at": now}
    )
    if is_new:
        ClusterHeartbeat.objects.filter(beat_at__lt=now - _FORGOTTEN_AFTER).delete()


def end(key: str) -> None:
    """A cluster that ends cleanly says so."""
    ClusterHeartbeat.objects.filter(pk=key).delete()
