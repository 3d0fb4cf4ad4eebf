"""What `start` tells in the terminal: lines that stay, and below them the jobs that run."""

import time
from pathlib import Path
from types import TracebackType
from typing import Self

from django.db import InterfaceError, OperationalError, close_old_connections
from django.db.models import Q
from rich.console import Console
from rich.text import Text

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.terminal import JobDisplay
from dtoolkit.server.logs import PartLog

_LOOK_EVERY_S = 0.5
_ACTIVE = Q(state__in=(Job.State.QUEUED, Job.State.RUNNING))


class Terminal:
    """Bars on a terminal, plain lines elsewhere; how a job ended stays."""

    def __init__(self, log: PartLog, console: Console | None = None) -> None:
        self._log = log
        self._console = console or Console(highlight=False)
        self._jobs = JobDisplay(self._console)
        self._told_upto: int | None = None
        self._look_at = 0.0

    def __enter__(self) -> Self:
        self._jobs.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if error is not None:
            self._log.write(f"{error}")
        self._jobs.__exit__(kind, error, tb)
        self._log.close()

    @property
    def log_folder(self) -> Path:
        return self._log.path.parent

    def say(self, text: str) -> None:
        self._log.write(text)
        self._console.print(Text(text), soft_wrap=True)

    def show_progress(self) -> None:
        if time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + _LOOK_EVERY_S
        try:
            for job in self._news():
                self._jobs(job)
        except (OperationalError, InterfaceError):  # the supervisor says so, and mends it
            return

    def _news(self) -> list[Job]:
        """Jobs that run, and those that ended since the last look, however short they were."""
        close_old_connections()
        if self._told_upto is None:
            oldest = Job.objects.filter(_ACTIVE).order_by("pk").first()
            newest = Job.objects.order_by("pk").last()
            self._told_upto = oldest.pk - 1 if oldest else newest.pk if newest else 0
        jobs = list(Job.objects.filter(pk__gt=self._told_upto).order_by("pk"))
        active = [job.pk for job in jobs if job.is_active]
        if jobs:
            self._told_upto = active[0] - 1 if active else jobs[-1].pk
        return jobs
