"""What `start` tells in the terminal: lines that stay, and below them one that moves."""

import time
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from django.db import InterfaceError, OperationalError, close_old_connections
from rich.console import Console
from rich.live import Live
from rich.text import Text

from dtoolkit.jobs.models import Job
from dtoolkit.server.logs import PartLog


class Terminal:
    """On a terminal the moving line is drawn every half second; elsewhere told every ten."""

    def __init__(self, log: PartLog) -> None:
        self._log = log
        self._console = Console(highlight=False)
        self._live = Live(console=self._console, auto_refresh=False, transient=True)
        self._every_s = 0.5 if self._console.is_terminal else 10.0
        self._show_at = 0.0
        self._last = ""

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if error is not None:
            self._log.write(f"{error}")
        self._live.stop()
        self._log.close()

    @property
    def log_folder(self) -> Path:
        return self._log.path.parent

    def say(self, text: str) -> None:
        self._log.write(text)
        self._console.print(Text(text), soft_wrap=True)

    def show_progress(self) -> None:
        if time.monotonic() < self._show_at:
            return
        self._show_at = time.monotonic() + self._every_s
        try:
            line = " · ".join(map(describe, _running()))
        except (OperationalError, InterfaceError):  # the supervisor says so, and mends it
            return
        if self._console.is_terminal:
            shown = Text(line, no_wrap=True, overflow="ellipsis", style="dim")
            self._live.update(shown, refresh=True)
        elif line and line != self._last:
            self._console.print(Text(line), soft_wrap=True)
        self._last = line


def describe(job: Job) -> str:
    """Like 'Scanning Pictures: 1,200 of 50,000 images, 800/s, 1 min left'."""
    if not job.done and not job.total:
        return job.description
    total = f" of {job.total:,}" if job.total else ""
    parts = [f"{job.description}: {job.done:,}{total}"]
    if job.rate:
        parts.append(f"{job.rate:,.0f}/s")
    if job.eta:
        parts.append(f"{_in_words(job.eta)} left")
    return ", ".join(parts)


def _running() -> list[Job]:
    close_old_connections()
    return list(Job.objects.filter(state=Job.State.RUNNING).order_by("pk")[:3])


def _in_words(left: timedelta) -> str:
    seconds = int(left.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    return (
        f"{seconds // 60} min"
        if seconds < 3600
        else f"{seconds // 3600} h {seconds % 3600 // 60} min"
    )
