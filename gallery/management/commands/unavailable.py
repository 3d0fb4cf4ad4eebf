"""Looks for the file of every image, and flags, marks or removes the images whose file is gone."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dtoolkit.core.errors import AppError
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from dtoolkit.jobs.terminal import JobDisplay
from gallery.management.roots import chosen_roots
from gallery.models import LibraryRoot
from gallery.services import unavailable
from gallery.services.unavailable import Act


class Command(BaseCommand):
    help = "Looks for vanished files, and does with their images what you choose."

    def add_arguments(self, parser: ArgumentParser) -> None:
        act = parser.add_mutually_exclusive_group(required=True)
        act.add_argument("--flag", action="store_true", help="Only flag them as unavailable.")
        act.add_argument("--mark", action="store_true", help="Mark them for deletion as well.")
        act.add_argument("--undo", action="store_true", help="Take the marks of --mark back.")
        act.add_argument(
            "--remove",
            action="store_true",
            help="Forget these images, with ratings, tags and all; needs --yes.",
        )
        parser.add_argument("--yes", action="store_true", help="Yes, forget them for good.")
        parser.add_argument("--root", help="Only this library folder: its path, name or id.")
        parser.add_argument(
            "--include-offline",
            action="store_true",
            help="Also where a whole drive is away: all that lies there counts as gone.",
        )
        parser.add_argument(
            "--workers", type=int, default=settings.Q_CLUSTER["workers"], help="Processes to use."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        roots = chosen_roots(options["root"])
        if options["undo"]:
            count = sum(unavailable.take_back(root) for root in roots)
            self.stdout.write(f"Took back {count:,} marks for deletion.")
            return
        act = Act.MARK if options["mark"] else Act.FLAG
        looked_at = [root for root in roots if self._run(root, act, options)]
        for root in looked_at:
            self.stdout.write(f"{root}: {unavailable.losses(root)} without a file.")
        if options["remove"]:
            self._remove(looked_at, options)

    def _remove(self, roots: list[LibraryRoot], options: dict[str, Any]) -> None:
        if not any(unavailable.losses(root).images for root in roots):
            return
        if not options["yes"]:
            raise CommandError(
                "Nothing was removed. What you said of these images would be forgotten for good: "
                "say --yes if that is what you want."
            )
        for root in roots:
            before = unavailable.losses(root).images
            self._run(root, Act.REMOVE, options)
            self.stdout.write(f"{root}: {before - unavailable.losses(root).images:,} removed.")

    def _run(self, root: LibraryRoot, act: Act, options: dict[str, Any]) -> bool:
        """False where the root was left alone because it is offline."""
        try:
            job = unavailable.start(root, act, include_offline=options["include_offline"])
        except AppError as error:
            self.stderr.write(error.message)
            return False
        with JobDisplay() as show:
            job = run_inline(job, on_progress=show, workers=max(1, options["workers"]))
        if job.state == Job.State.CANCELLED:
            raise CommandError("Stopped. What was found is kept; run it again to go on.")
        if job.state == Job.State.FAILED:
            raise CommandError(job.error)
        return True
