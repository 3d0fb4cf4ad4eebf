"""What the commands share that bring words from a file: telling before acting, acting, telling."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from dtoolkit.jobs.terminal import JobDisplay
from gallery.backup import restoring, waiting
from gallery.backup.options import Options, Prefer, Tally
from gallery.backup.taking import Taken
from gallery.models import HistoryEntry
from gallery.services import roots


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--collection", default=settings.ENV.collection, help="Its slug.")
    parser.add_argument("--dry-run", action="store_true", help="Only tells what would be done.")
    parser.add_argument(
        "--prefer",
        choices=[*Prefer],
        default=Prefer.LIBRARY,
        help="Whose word counts where both say something else; tags and albums are joined.",
    )


def bring(taken: Taken, options: dict[str, Any], *, by_path: bool) -> Iterator[str]:
    """Does it, and tells what it did in lines."""
    collection = roots.collection(options["collection"])
    chosen = Options(Prefer(options["prefer"]), by_path)
    yield from told(restoring.look(taken, collection, chosen))
    if options["dry_run"]:
        yield "Nothing was changed."
        return
    entry = restoring.start(taken, collection, chosen)
    if entry.pk and entry.is_under_way:
        _follow(entry)
    done = HistoryEntry.objects.filter(pk=entry.pk).first() if entry.pk else None
    yield f"{done.sentence}. History undoes it." if done else "It was so already."
    for _, header in waiting.headers(collection):
        yield f"{header.counts.get('image', 0):,} wait for their images to be scanned."


def told(tally: Tally) -> Iterator[str]:
    guessed = f", {tally.guessed:,} of them by path or name only" if tally.guessed else ""
    yield f"{tally.found:,} find their images{guessed}; {tally.waiting:,} do not (yet)."
    for what, many in tally.given.items():
        if many:
            yield f"  {what}: {many:,} come"
    for what, many in tally.conflicts.items():
        yield f"  {what}: {many:,} are said otherwise here"
    yield from (f"  {news}" for news in tally.news)


def _follow(entry: HistoryEntry) -> None:
    job = Job.objects.get(kind=restoring.JOB, params__entry=entry.pk, state__in=Job.ACTIVE)
    with JobDisplay() as show:
        job = run_inline(job, on_progress=show)
    if job.state != Job.State.DONE or job.error:
        raise CommandError(job.error or "Stopped. What is done is kept; run it again to go on.")
