"""One process under the supervisor: started, watched, started again with growing pauses, ended."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import psutil

from dtoolkit.server.errors import ServerError
from dtoolkit.server.logs import PartLog

PAUSES_S = (1, 2, 4, 8, 16, 30)
MOST_DEATHS = 5
WITHIN_S = 120.0


class GaveUp(ServerError):
    """A part died too often."""


class Part:
    def __init__(
        self,
        title: str,
        command: list[str],
        log: Path,
        *,
        clock: Callable[[], float] = time.monotonic,
        pauses_s: tuple[float, ...] = PAUSES_S,
    ) -> None:
        self.title = title
        self.log = PartLog(log)
        self._command = command
        self._clock = clock
        self._pauses_s = pauses_s
        self._process: subprocess.Popen[bytes] | None = None
        self._deaths: deque[float] = deque(maxlen=MOST_DEATHS)
        self._start_at = 0.0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """In a group of its own: the terminal's Ctrl-C is for the supervisor alone."""
        options: dict[str, object] = {"start_new_session": True}
        if sys.platform == "win32":
            options = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        process: subprocess.Popen[bytes] = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            **options,  # type: ignore[call-overload]
        )
        self._process = process
        if process.stdout:
            self.log.follow(process.stdout)

    def tend(self) -> str | None:
        """Starts it again where it died: what to tell the person. Raises `GaveUp`."""
        if self._process is None:
            if self._clock() >= self._start_at:
                self.start()
            return None
        code = self._process.poll()
        if code is None:
            return None
        self._bury()
        now = self._clock()
        self._deaths.append(now)
        if len(self._deaths) == MOST_DEATHS and now - self._deaths[0] < WITHIN_S:
            raise GaveUp(
                f"The {self.title} ended {MOST_DEATHS} times within {WITHIN_S / 60:.0f} minutes, "
                f"last with code {code}.\n{self.log.last_words()}\nIts log: {self.log.path}"
            )
        recent = sum(now - death < WITHIN_S for death in self._deaths)
        pause = self._pauses_s[min(recent, len(self._pauses_s)) - 1]
        self._start_at = now + pause
        return f"The {self.title} ended (code {code}); starting again in {pause:.0f} s."

    def ask_to_end(self) -> None:
        """Closing the pipe is the sign, on every system."""
        if self._process and self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    def end(self, timeout_s: float) -> None:
        """Waits for it, then kills it and all that it started."""
        self.ask_to_end()
        if self._process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(max(0.0, timeout_s))
        self._bury()
        self.log.close()

    def _bury(self) -> None:
        """Nothing that it started may go on alone, holding the port or the work."""
        process, self._process = self._process, None
        if process is None:
            return
        if sys.platform == "win32":
            left = [p for p in psutil.process_iter(["ppid"]) if p.info["ppid"] == process.pid]
            for child in left:
                with contextlib.suppress(psutil.NoSuchProcess):
                    child.kill()
            if process.poll() is None:
                process.kill()
        else:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdin:
            with contextlib.suppress(OSError):
                process.stdin.close()
