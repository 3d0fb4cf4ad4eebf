"""A thread for each root that is watched: it listens or polls, waits while the root is offline, and
comes back from whatever happens to the database."""

import logging
import threading
import time
from collections.abc import Iterator

from django.db import Error, connection
from watchfiles._rust_notify import WatchfilesRustInternalError

from dtoolkit.core import paths
from dtoolkit.core.errors import AppError
from dtoolkit.jobs.kinds import JobCancelled
from dtoolkit.jobs.services import locks
from gallery.models import LibraryRoot, WatchState
from gallery.scanning.reachability import RootOffline
from gallery.watching import mounts, states, taking
from gallery.watching.listening import Listening
from gallery.watching.polling import Polling

logger = logging.getLogger(__name__)
_TRY_AGAIN_S = 5.0
_LOOK_EVERY_S = 2.0
# What a watch depends on; where one of them changes it starts anew.
_OPTIONS = ("path", "is_watched", "extensions", "ignored", "takes_hidden", "follows_links")


class RootWatch(threading.Thread):
    def __init__(self, root_id: int) -> None:
        super().__init__(name=f"watch-{root_id}", daemon=True)
        self._root_id = root_id
        self._is_ended = threading.Event()
        self._progress = taking.Quiet(self._is_ended)

    def end(self) -> None:
        self._is_ended.set()

    def run(self) -> None:
        try:
            while not self._is_ended.is_set():
                self._try()
                self._is_ended.wait(_TRY_AGAIN_S)
        finally:
            connection.close()

    def _try(self) -> None:
        """Watches until something ends it; what that was is told, where a person may act on it."""
        try:
            with locks.holding(locks.Lock.WATCH, self._root_id) as held:
                if held is None:
                    return  # another process or host watches it
                root = LibraryRoot.objects.filter(pk=self._root_id, is_watched=True).first()
                if root is None:
                    self.end()
                    return
                try:
                    self._watch(root)
                except (JobCancelled, RootOffline, Error):
                    raise
                except Exception as error:
                    self._tell_failure(root, error)
        except JobCancelled:
            return
        except RootOffline as error:
            logger.info("%s", error)
        except Error:
            logger.warning("Root %s is not watched: no database", self._root_id, exc_info=True)
            connection.close()

    def _tell_failure(self, root: LibraryRoot, error: Exception) -> None:
        """While it waits to try again, so that it is believed: the lock says that this lives."""
        if isinstance(error, AppError):
            reason = error.message
            logger.warning("Root %s is not watched: %s", self._root_id, error)
        else:
            reason = f"Its watcher failed ({type(error).__name__}); the log says more."
            logger.error(
                "The watcher of root %s failed and starts again", self._root_id, exc_info=error
            )
        note = f"{reason} It is tried again; scan it when something changed."
        states.tell(root, WatchState.FAILED, note)
        self._is_ended.wait(_TRY_AGAIN_S)
        if not isinstance(error, AppError):
            connection.close()  # whatever else it held

    def _watch(self, root: LibraryRoot) -> None:
        path = paths.from_text(root.path)
        if mounts.is_network(path):
            self._poll(root, "it lies on a network share")
            return
        try:
            for _ in self._until_changed(root, Listening(root, path, self._progress).steps()):
                states.tell(root, WatchState.WATCHING)
        except (OSError, WatchfilesRustInternalError) as error:
            logger.warning("The system cannot watch %s: %s", path, error)
            self._poll(root, _why(error))

    def _poll(self, root: LibraryRoot, reason: str) -> None:
        polling = Polling(root, self._progress, self._is_ended)
        for _ in self._until_changed(root, polling.steps()):
            note = f"Looked at every {polling.every_s:.0f} s, as {reason}."
            states.tell(root, WatchState.POLLING, note)

    def _until_changed(self, root: LibraryRoot, steps: Iterator[None]) -> Iterator[None]:
        """`steps`, while the root is to be watched as it was at the beginning."""
        options = _options(root)
        look_at = time.monotonic() + _LOOK_EVERY_S
        for step in steps:
            if self._is_ended.is_set():
                return
            if time.monotonic() >= look_at:
                now = LibraryRoot.objects.filter(pk=root.pk).first()
                if now is None or _options(now) != options:
                    return
                look_at = time.monotonic() + _LOOK_EVERY_S
            yield step


def _options(root: LibraryRoot) -> tuple[object, ...]:
    return tuple(getattr(root, name) for name in _OPTIONS)


def _why(error: Exception) -> str:
    text = str(error)
    if "limit" in text.lower():
        return (
            "the system allows no more watches (on Linux, raise fs.inotify.max_user_watches to "
            "have changes seen at once)"
        )
    return f"the system cannot watch it ({text})"
