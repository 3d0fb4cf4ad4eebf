"""One part of `start` as a process: `python -m dtoolkit.server.child web`, `... watcher` or
`... cluster NAME`.

Its standard input is a pipe that the supervisor never writes to. When it closes, because the
supervisor asks for the end or is itself dead, the part ends; nothing outlives the one in front.
"""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable

import psutil

GRACE_S = 8.0


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dtoolkit.settings")
    # Until the part has its own handlers: an end that still runs the `finally` below.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    leave = _join_database()
    has_ended = threading.Event()
    watch = threading.Thread(target=_end_with_supervisor, args=(has_ended, leave), daemon=True)
    watch.start()
    try:
        if arguments[0] == "web":
            from dtoolkit.server import web

            web.serve()
        elif arguments[0] == "watcher":
            from dtoolkit.server import watcher

            watcher.run()
        else:
            from dtoolkit.server import cluster

            cluster.run(arguments[1])
    finally:
        # From here on the watcher needs not help; a second end would cut this one short.
        has_ended.set()
        leave()
    return 0


def _join_database() -> Callable[[], None]:
    """A user of the embedded server, so that whoever ends last stops it."""
    from dtoolkit import env
    from dtoolkit.server import embedded

    server = embedded.in_use(env.load().data_dir)
    if server is None:
        return lambda: None
    server.hold()
    return server.leave


def _end_with_supervisor(has_ended: threading.Event, leave: Callable[[], None]) -> None:
    while os.read(0, 1):
        pass
    _ask_self_to_end()
    if has_ended.wait(GRACE_S):
        return
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    try:
        leave()
    finally:
        os._exit(1)


def _ask_self_to_end() -> None:
    if sys.platform == "win32":
        signal.raise_signal(signal.SIGINT)
    else:
        os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
