"""Jobs at the terminal: list, watch, cancel, pause, resume, retry."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from dtoolkit.core import paths
from dtoolkit.core.errors import AppError
from dtoolkit.jobs import speed, terminal
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import control, listing

_ACTIONS = {
    "cancel": control.cancel,
    "pause": control.pause,
    "resume": control.resume,
    "retry": control.retry,
}


class Command(BaseCommand):
    help = "Lists jobs; with an action and an id, cancels, pauses, resumes or retries one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", nargs="?", choices=["list", *_ACTIONS], default="list")
        parser.add_argument("job", nargs="?", type=int, help="The id that the list shows.")
        parser.add_argument("--watch", action="store_true", help="Keep the list up to date.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] != "list":
            self._act(options["action"], options["job"])
        elif options["watch"]:
            self._watch()
        else:
            console = Console()
            with console.capture() as capture:
                console.print(table())
            self.stdout.write(capture.get(), ending="")

    def _act(self, action: str, pk: int | None) -> None:
        job = Job.objects.filter(pk=pk).first() if pk else None
        if job is None:
            raise CommandError("Say which job: `manage.py jobs` lists them with their ids.")
        try:
            _ACTIONS[action](job)
        except AppError as error:
            raise CommandError(error.message) from error
        job.refresh_from_db()
        self.stdout.write(f"{paths.display(job.description)}: {terminal.describe(job)}")

    def _watch(self) -> None:
        try:
            with Live(table(), auto_refresh=False) as live:
                while True:
                    time.sleep(1)
                    live.update(table(), refresh=True)
        except KeyboardInterrupt:
            return


def table() -> Table:
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("id", "job", "state", "done", "pace"):
        grid.add_column(heading, justify="right" if heading in {"id", "done"} else "left")
    for job in [*listing.active(), *listing.finished()[:10]]:
        pace = speed.describe_pace(job.rate, job.eta) if job.is_active else _outcome(job)
        grid.add_row(
            str(job.pk),
            Text(paths.display(job.description)),
            listing.state_of(job),
            terminal.describe_count(job),
            Text(pace),
        )
    return grid


def _outcome(job: Job) -> str:
    took = speed.describe_duration(job.duration)
    return " · ".join(part for part in (took, paths.display(job.error)) if part)
