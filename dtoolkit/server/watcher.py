"""The process that watches the library's folders for changes."""

import signal
import sys
import threading
from types import FrameType


def run() -> None:
    """Returns when asked to end by a signal."""
    import django

    django.setup()
    from gallery.watching import service

    is_ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        is_ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    if sys.platform == "win32":
        signal.signal(signal.SIGBREAK, end)
    service.run(is_ended)
