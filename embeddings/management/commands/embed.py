"""Brings the embedding spaces up to date here in the terminal."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dtoolkit.core.errors import AppError
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from dtoolkit.jobs.terminal import JobDisplay
from embeddings.services import choosing, coverage, readiness, starting
from embeddings.spaces import ALIASES, SPACES, EmbeddingSpace
from gallery.models import Collection


class Command(BaseCommand):
    help = "Embeds pictures, prompts, captions and tags, so that they can be searched by meaning."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--space",
            action="append",
            metavar="NAME",
            help=f"Only this one, as often as you like: {', '.join(SPACES)}.",
        )
        parser.add_argument(
            "--images",
            nargs="+",
            metavar="WHICH",
            help="Only these: their numbers, or words as in the search field.",
        )
        parser.add_argument("--collection", default=settings.ENV.collection, help="Its slug.")
        parser.add_argument("--rebuild", action="store_true", help="Also what is up to date.")
        parser.add_argument(
            "--json", action="store_true", help="Print how far each space is, as JSON."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        spaces = list(_spaces(options["space"]))
        ready, missing = [], []
        for space in spaces:
            reason = readiness.why_not(space)
            if reason:
                missing.append(f"{space.title}: {reason}")
            else:
                ready.append(space)
        for line in dict.fromkeys(missing):
            self.stderr.write(line)
        if not ready:
            raise CommandError("Nothing can be embedded yet.")
        failed = self._run(ready, options)
        if options["json"]:
            self.stdout.write(json.dumps([coverage.of(space).as_dict() for space in spaces]))
        else:
            self._tell(spaces)
        if failed:
            raise CommandError(" ".join(dict.fromkeys(job.error for job in failed)))

    def _run(self, spaces: list[EmbeddingSpace], options: dict[str, Any]) -> list[Job]:
        """Those that failed."""
        failed = []
        with JobDisplay(_quiet() if options["json"] else None) as show:
            for job in _jobs(spaces, options):
                last = run_inline(job, on_progress=show, follow=True)
                job.refresh_from_db()
                if Job.State.CANCELLED in {job.state, last.state}:
                    raise CommandError("Stopped. What was embedded is kept; run it again to go on.")
                failed += [each for each in {job, last} if each.state == Job.State.FAILED]
        return failed

    def _tell(self, spaces: list[EmbeddingSpace]) -> None:
        for space in spaces:
            found = coverage.of(space)
            line = f"{space.title}: {found.done:,} of {found.total:,}"
            if found.stale:
                line += f" · {found.stale:,} of older weights"
            if found.failed:
                line += f" · {found.failed:,} failed; the Embeddings page lists them"
            self.stdout.write(line)


def _quiet() -> Any:
    from rich.console import Console

    return Console(stderr=True)


def _spaces(names: list[str] | None) -> Iterator[EmbeddingSpace]:
    for name in names or SPACES:
        space = SPACES.get(ALIASES.get(name, name))
        if space is None:
            raise CommandError(f"There is no space {name}. There are: {', '.join(SPACES)}.")
        yield space


def _jobs(spaces: list[EmbeddingSpace], options: dict[str, Any]) -> Iterator[Job]:
    """One after the other: a job that waited would be taken up by a server that runs."""
    rebuild = options["rebuild"]
    try:
        if options["images"]:
            collection = Collection.objects.filter(slug=options["collection"]).first()
            for selection in choosing.of_words(options["images"], collection):
                yield starting.start_first(selection, spaces, rebuild=rebuild)
            return
        for space in spaces:
            for begin in starting.beginnings(space, rebuild=rebuild):
                yield begin()
    except AppError as error:
        raise CommandError(error.message) from error
