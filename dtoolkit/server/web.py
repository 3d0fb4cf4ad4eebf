"""The web server process: granian, which serves WSGI on every system."""

import os

from granian.constants import Interfaces
from granian.server import Server

from dtoolkit import env

THREADS = 8
_LINE = {"format": "%(asctime)s %(levelname)s granian: %(message)s"}


def serve() -> None:
    """Returns when asked to end by a signal."""
    settings = env.load()
    Server(
        "dtoolkit.wsgi:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=_workers(os.cpu_count() or 1),
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=5,
        websockets=False,
        log_dictconfig={"formatters": {"generic": _LINE, "access": _LINE}},
    ).serve()


def _workers(processors: int) -> int:
    """Half the processors: scans need the others. Each takes up to `THREADS` connections."""
    return max(1, min(4, processors // 2))
