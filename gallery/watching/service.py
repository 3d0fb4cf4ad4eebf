"""The watcher process: a thread for each watched root, as roots come, go and change."""

import logging
from typing import Protocol

from django.db import Error, connection

from gallery.models import LibraryRoot
from gallery.watching.watch import RootWatch

logger = logging.getLogger(__name__)
_LOOK_EVERY_S = 2.0
_END_S = 6.0


class Ended(Protocol):
    """An event of threads or of processes."""

    def is_set(self) -> bool: ...

    def wait(self, timeout: float | None = None) -> bool: ...


def run(is_ended: Ended) -> None:
    """Returns some seconds after `is_ended` is set."""
    watches: dict[int, RootWatch] = {}
    while not is_ended.is_set():
        try:
            _tend(watches)
        except Error:
            logger.warning("The watcher has no database", exc_info=True)
            connection.close()
        is_ended.wait(_LOOK_EVERY_S)
    for watch in watches.values():
        watch.end()
    for watch in watches.values():
        watch.join(_END_S)
    connection.close()


def _tend(watches: dict[int, RootWatch]) -> None:
    wanted = set(LibraryRoot.objects.filter(is_watched=True).values_list("pk", flat=True))
    for pk in watches.keys() - wanted:
        watches[pk].end()
    for pk in [pk for pk, watch in watches.items() if not watch.is_alive()]:
        del watches[pk]
    for pk in wanted - watches.keys():
        watches[pk] = RootWatch(pk)
        watches[pk].start()
