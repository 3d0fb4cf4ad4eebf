"""One root under the system's own watcher: changes gathered, settled, and taken in folder-wise."""

import os
import time
from collections.abc import Iterator

from watchfiles import watch

from gallery.models import LibraryRoot
from gallery.scanning import reachability
from gallery.watching import events, taking
from gallery.watching.settling import Settling, Stamp

# Changes come at latest so long after the first of them.
_GATHER_MS, _STEP_MS, _WAKE_MS = 200, 50, 200
# A folder that was taken in is looked at once more: what was still being written, what came before
# the system watched it.
_AGAIN_AFTER_S = 2.5
# So many changes may have been more than the system could tell: all is looked at when it is quiet.
_BURST = 4000
_QUIET_AFTER_BURST_S = 2.0
_RECONCILE_EVERY_S = 1800.0
# Of the time that looking at everything took, at most this share of all time.
_RECONCILE_SHARE = 0.01
_MOST_REST_S = 1.5
_LOOK_EVERY_S = 1.0


class Listening:
    """Ends when it is told to; raises `RootOffline` where the root went, `OSError` where the system
    cannot watch it."""

    def __init__(self, root: LibraryRoot, path: str, progress: taking.Quiet) -> None:
        self._root = root
        self._path = path
        self._progress = progress
        self._settling = Settling(self._stamp, time.monotonic)
        self._folders: set[str] = set()
        self._again: dict[str, float] = {}
        self._noticed = 0
        self._noticed_at = 0.0
        self._rest_until = 0.0
        self._reconcile_at = 0.0
        self._has_begun = False

    def steps(self) -> Iterator[None]:
        """Yields several times a second, so that the caller can look around; closing it ends."""
        place = reachability.require_online(self._root)
        changes = watch(
            self._path,
            watch_filter=None,
            debounce=_GATHER_MS,
            step=_STEP_MS,
            rust_timeout=_WAKE_MS,
            yield_on_timeout=True,
            recursive=True,
            ignore_permission_denied=True,
            raise_interrupt=False,
            force_polling=False,
        )
        look_at = 0.0
        for noticed in changes:
            # The watch stands from the first step on, so what it does not tell, this one sees.
            self._notice([path for _, path in noticed])
            now = time.monotonic()
            if now >= look_at:
                reachability.require_still(self._root, place)
                look_at = now + _LOOK_EVERY_S
            self._take(now)
            yield

    def _notice(self, changed: list[str]) -> None:
        if not changed:
            return
        noticed = events.sort(self._path, changed, takes_hidden=self._root.takes_hidden)
        self._settling.touch(noticed.files)
        self._folders |= noticed.folders
        self._noticed += len(changed)
        self._noticed_at = time.monotonic()

    def _take(self, now: float) -> None:
        if now < self._rest_until:
            return
        is_after_burst = self._noticed > _BURST and now - self._noticed_at > _QUIET_AFTER_BURST_S
        if now >= self._reconcile_at or is_after_burst:
            self._take_all(now)
            return
        ready = self._folders | {os.path.dirname(path) for path in self._settling.settled()}  # noqa: PTH120
        ready |= {folder for folder, at in self._again.items() if at <= now}
        if not ready:
            return
        has_news = taking.take_folders(
            self._root, ready, list(self._settling.unsettled()), self._progress
        )
        self._folders.clear()
        ended = time.monotonic()
        self._rest_until = ended + min(ended - now, _MOST_REST_S)
        for folder in ready:
            self._again.pop(folder, None)
            if has_news:
                self._again[folder] = ended + _AGAIN_AFTER_S

    def _take_all(self, now: float) -> None:
        taking.take_all(self._root, self._progress)
        if not self._has_begun:
            taking.take_up_again(self._root, self._progress)
            self._has_begun = True
        self._folders.clear()
        self._noticed = 0
        ended = time.monotonic()
        self._reconcile_at = ended + max(_RECONCILE_EVERY_S, (ended - now) / _RECONCILE_SHARE)

    def _stamp(self, relative: str) -> Stamp:
        try:
            found = os.stat(os.path.join(self._path, relative))  # noqa: PTH116, PTH118 (hot)
        except OSError:
            return None
        return found.st_size, found.st_mtime_ns
