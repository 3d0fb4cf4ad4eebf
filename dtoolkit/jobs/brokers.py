"""django-q's brokers, which also let the cluster's guard say that it lives.

The guard calls `set_stat` twice a second; django-q would put that into Django's cache, which with
us is each process's own.
"""

import logging
import time

from django_q.brokers.orm import ORM
from django_q.brokers.redis_broker import Redis
from django_q.conf import Conf

from dtoolkit.jobs.services import clusters, stalls, stopping

logger = logging.getLogger(__name__)


class _Guarded:
    """Every few seconds the guard writes that the cluster lives, and looks whether it works."""

    _beaten_at = float("-inf")
    _watch: stalls.Watch | None = None

    def set_stat(self, key: str, value: str, timeout: int) -> None:
        now = time.monotonic()
        if now - self._beaten_at < clusters.BEAT_EVERY_S:
            return
        self._beaten_at = now
        clusters.beat(key.rsplit(":", 1)[-1], Conf.CLUSTER_NAME)
        if self._watch is None:
            self._watch = stalls.Watch(Conf.CLUSTER_NAME)
            stopping.clear()  # a note that an earlier life left behind
        if not self._watch.look():
            logger.critical("Cluster %s stands still and ends, to be started anew", key)
            raise SystemExit(1)


class DatabaseBroker(_Guarded, ORM):  # type: ignore[misc]
    pass


class RedisBroker(_Guarded, Redis):  # type: ignore[misc]
    pass
