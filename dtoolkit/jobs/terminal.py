"""Jobs in a terminal: live bars where there is one, a plain line where not, every few
seconds while it has news."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.text import Text

from dtoolkit.core import paths
from dtoolkit.jobs import speed
from dtoolkit.jobs.models import Job

PLAIN_EVERY_S = 5.0


class JobDisplay:
    """Call it with a job as often as you like; a `run_inline` callback as it stands.

    >>> with JobDisplay() as show:
    ...     run_inline(job, on_progress=show, follow=True)
    """

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console()
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            _JobColumn(),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        self._rows: dict[int, TaskID] = {}
        self._ended: set[int] = set()
        self._printed: dict[int, tuple[float, str]] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def __call__(self, job: Job) -> None:
        if job.pk in self._ended:
            return
        if not job.is_active:
            self._ended.add(job.pk)
            self._end(job)
        elif self.console.is_terminal:
            self._show(job)
        else:
            self._print(job)

    def _show(self, job: Job) -> None:
        if job.pk not in self._rows:
            self._rows[job.pk] = self._progress.add_task(paths.display(job.description))
        self._progress.update(
            self._rows[job.pk],
            total=job.total if job.is_total_known else None,
            completed=job.done,
            line=describe(job),
        )

    def _print(self, job: Job) -> None:
        now, line = time.monotonic(), _line(job)
        printed_at, before = self._printed.get(job.pk, (float("-inf"), ""))
        if line != before and now - printed_at >= PLAIN_EVERY_S:
            self._printed[job.pk] = (now, line)
            self._say(line)

    def _end(self, job: Job) -> None:
        if job.pk in self._rows:
            self._progress.remove_task(self._rows.pop(job.pk))
        self._say(_line(job))

    def _say(self, line: str) -> None:
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)


def _line(job: Job) -> str:
    return f"{paths.display(job.description)}: {describe(job)}"


class _JobColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(task.fields.get("line", ""))


def describe(job: Job) -> str:
    """'165,412 of 271,904 · 118/s · 15 min left', or how the job ended."""
    if job.state == Job.State.QUEUED:
        return "waiting"
    if job.is_planning:
        return "preparing"
    parts = [describe_count(job)]
    if job.is_active:
        parts.append(_hold(job) or speed.describe_pace(job.rate, job.eta))
    else:
        took = speed.describe_duration(job.duration)
        parts.insert(0, f"{job.state} in {took}" if took else str(job.state))
        parts.append(paths.display(job.error))
    if job.failed:
        parts.append(f"{job.failed:,} failed")
    return " · ".join(part for part in parts if part)


def describe_count(job: Job) -> str:
    """'165,412 of 271,904' while it runs towards a known total, else '165,412'."""
    if job.is_active and job.is_total_known and job.total is not None:
        return f"{job.done:,} of {job.total:,}"
    return f"{job.done:,}"


def _hold(job: Job) -> str:
    if job.is_stopping:
        return "stopping"
    return "paused" if job.is_paused else ""
