"""django-q's brokers, which also let the cluster's guard say that it lives.

The guard calls `set_stat` twice a second; django-q would put that into Django's cache, which with
us is each process's own.
"""

import time

from django_q.brokers.orm import ORM
from django_q.brokers.redis_broker import Redis
from django_q.conf import Conf

from dtoolkit.jobs.services import clusters


class _Heartbeat:
    """Writes the guard's sign of life to the database every few seconds."""

    _beaten_at = float("-inf")

    def set_stat(self, key: str, value: str, timeout: int) -> None:
        now = time.monotonic()
        if now - self._beaten_at >= clusters.BEAT_EVERY_S:
            self._beaten_at = now
            clusters.beat(key.rsplit(":", 1)[-1], Conf.CLUSTER_NAME)


class DatabaseBroker(_Heartbeat, ORM):  # type: ignore[misc]
    pass


class RedisBroker(_Heartbeat, Redis):  # type: ignore[misc]
    pass
