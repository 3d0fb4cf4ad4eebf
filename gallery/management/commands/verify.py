"""Compares the library with the disk, tells every difference, and on request repairs them."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dtoolkit.core.errors import AppError
from dtoolkit.jobs.kinds import Unwatched
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from dtoolkit.jobs.terminal import JobDisplay
from gallery.management.roots import chosen_roots
from gallery.models import LibraryRoot
from gallery.services import verify
from gallery.services.verify import Report


class Command(BaseCommand):
    help = "Compares the library with the disk; exits with 1 where they differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--root", help="Only this library folder: its path, name or id.")
        parser.add_argument(
            "--repair", action="store_true", help="Have scans put right what differs, look again."
        )
        parser.add_argument(
            "--deep", action="store_true", help="Also compare what the files hold; reads each."
        )
        parser.add_argument("--json", action="store_true", help="For programs.")
        parser.add_argument(
            "--workers", type=int, default=settings.Q_CLUSTER["workers"], help="Processes to use."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        roots = chosen_roots(options["root"])
        reports = _compare(roots, options["deep"])
        if options["repair"] and any(report.differences for report in reports):
            if not options["json"]:
                self._tell(reports)
            _repair(roots, reports, max(1, options["workers"]))
            reports = _compare(roots, options["deep"])
        count = sum(report.differences for report in reports)
        if options["json"]:
            answer = {"agrees": not count, "roots": [report.as_json() for report in reports]}
            self.stdout.write(json.dumps(answer, indent=2))
        else:
            self._tell(reports)
        if count:
            raise CommandError(f"{count:,} difference{'' if count == 1 else 's'}.", returncode=1)

    def _tell(self, reports: list[Report]) -> None:
        for report in reports:
            if report.root or report.differences:
                for line in report.lines():
                    self.stdout.write(line)


def _compare(roots: list[LibraryRoot], deep: bool) -> list[Report]:
    """First of the rows that belong to no root, then of each root."""
    return [verify.orphans(), *(verify.verify(root, Unwatched(), deep=deep) for root in roots)]


def _repair(roots: list[LibraryRoot], reports: list[Report], workers: int) -> None:
    verify.remove_orphans(reports[0])
    with JobDisplay() as show:
        for root, report in zip(roots, reports[1:], strict=True):
            if not report.differences:
                continue
            try:
                job = verify.repair(root, report)
            except AppError as error:
                raise CommandError(error.message) from error
            last = run_inline(job, on_progress=show, workers=workers, follow=True)
            if last.state == Job.State.CANCELLED:
                raise CommandError("Stopped. What was repaired is kept; run it again to go on.")
