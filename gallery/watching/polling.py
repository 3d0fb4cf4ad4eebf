"""One root looked at again and again, where the system does not tell of changes."""

import threading
import time
from collections.abc import Iterator

from gallery.models import LibraryRoot
from gallery.watching import taking

_LEAST_S, _MOST_S = 5.0, 600.0
# A walk over a large share takes long; it is to rest at least so many times as long.
_REST_FACTOR = 10
_STEP_S = 0.5


class Polling:
    def __init__(
        self, root: LibraryRoot, progress: taking.Quiet, is_ended: threading.Event
    ) -> None:
        self._root = root
        self._progress = progress
        self._is_ended = is_ended
        self.every_s = _LEAST_S

    def steps(self) -> Iterator[None]:
        """Yields several times a second; raises `RootOffline` where the root went."""
        look_at, has_begun = 0.0, False
        while not self._is_ended.wait(_STEP_S):
            began = time.monotonic()
            if began >= look_at:
                taking.take_all(self._root, self._progress)
                if not has_begun:
                    taking.take_up_again(self._root, self._progress)
                    has_begun = True
                ended = time.monotonic()
                self.every_s = min(_MOST_S, max(_LEAST_S, (ended - began) * _REST_FACTOR))
                look_at = ended + self.every_s
            yield
