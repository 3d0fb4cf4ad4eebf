"""Converts pictures in the terminal, or tells what that would save."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from dtoolkit.core.errors import AppError
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import following
from dtoolkit.jobs.services.runner import run_inline
from dtoolkit.jobs.terminal import JobDisplay
from gallery.convert import orders
from gallery.models import Collection, Folder, HistoryEntry, Selection
from gallery.search.query import ResultQuery
from gallery.services import conversions, history, places, selections


class Command(BaseCommand):
    help = "Converts images to WebP or AVIF with all that they say; undone in History."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", help="With all below it; else the whole library.")
        parser.add_argument("--query", default="", help="Only what such a search finds.")
        parser.add_argument("--to", choices=[*orders.FORMATS], default="webp")
        parser.add_argument("--quality", default="85", help="50 to 100, the format's own scale.")
        parser.add_argument("--lossless", action="store_true", help="WebP only.")
        parser.add_argument(
            "--originals",
            choices=[orders.TRASH, orders.KEEP, orders.DELETE],
            default=orders.TRASH,
            help="What becomes of the files that were converted.",
        )
        parser.add_argument("--bigger", action="store_true", help="Also what comes out no smaller.")
        parser.add_argument("--dry-run", action="store_true", help="Only estimate, from a sample.")
        parser.add_argument("--yes", action="store_true", help="Do not ask.")
        parser.add_argument("--collection", default=settings.ENV.collection, help="Its slug.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            selection = _selection(options)
            self._tell(selection, options)
            if options["dry_run"]:
                return
            if not options["yes"]:
                _ask(options["originals"])
            values = {**_values(options), "word": orders.WORD}
            with following() as jobs:
                entry = history.perform("convert", values, selection)
            self._run(jobs[0], entry)
        except AppError as error:
            raise CommandError(error.message) from error

    def _tell(self, selection: Selection, options: dict[str, Any]) -> None:
        chosen = selections.images(selection).filter(is_available=True)
        order = orders.read({**_values(options), "word": orders.WORD})
        found = conversions.estimated(chosen, order)
        self.stdout.write(
            f"{found.may:,} of {found.count:,} files, {filesizeformat(found.may_size)}."
        )
        if found.tried:
            more = f"{filesizeformat(found.grows)} more would be taken"
            less = f"{filesizeformat(found.saved)} would be saved"
            self.stdout.write(
                f"About {more if found.grows else less} ({found.percent} %): "
                f"an estimate from {len(found.tried)} of them."
            )
        for reason, many in found.skipped:
            self.stdout.write(f"{many:,} stay: {reason}")
        for reason, many in found.reasons:
            self.stdout.write(f"{many} of those tried would stay: {reason}")
        if found.credentials:
            self.stdout.write(
                f"{found.credentials} of those tried have content credentials (C2PA), whose "
                "signature is left behind."
            )

    def _run(self, job: Job, entry: HistoryEntry) -> None:
        with JobDisplay() as show:
            job = run_inline(job, on_progress=show)
        if job.state == Job.State.CANCELLED:
            raise CommandError("Stopped. What is done is done; History undoes it.")
        if job.state == Job.State.FAILED:
            raise CommandError(job.error)
        done = HistoryEntry.objects.filter(pk=entry.pk).first()
        if done is None:
            self.stdout.write("There was nothing to convert.")
            return
        self.stdout.write(f"{done.sentence}.")
        if done.refused_count:
            self.stdout.write(f"{done.refused_count:,} left as they were, listed in History:")
        for pk, reason in done.refused:
            self.stdout.write(f"  image {pk}: {reason}")


def _selection(options: dict[str, Any]) -> Selection:
    collection = Collection.objects.filter(slug=options["collection"]).first()
    if collection is None:
        raise CommandError("There is no such collection: manage.py start FOLDER makes one.")
    params = {"q": options["query"]} if options["query"] else {}
    if options["folder"]:
        place = places.locate(options["folder"])
        folder = Folder.objects.filter(root=place.root, path=place.relative).first()
        if folder is None:
            raise CommandError("That folder was not scanned yet: manage.py scan first.")
        params["folder"] = str(folder.pk)
    query = ResultQuery.from_params(params, collection)
    return selections.choose_all(selections.begin(query), query)


def _values(options: dict[str, Any]) -> dict[str, str]:
    return {
        "format": options["to"],
        "quality": options["quality"],
        "lossless": "1" if options["lossless"] else "",
        "originals": options["originals"],
        "bigger": "1" if options["bigger"] else "",
    }


def _ask(originals: str) -> None:
    if not sys.stdin.isatty():
        raise CommandError("Nobody is here to be asked: --yes says yes.")
    if originals == orders.DELETE:
        if input(f"Originals are deleted for good. Type {orders.WORD} to go on: ") != orders.WORD:
            raise CommandError("Nothing was changed.")
    elif input("Go on? [y/N] ").strip().lower() not in {"y", "yes"}:
        raise CommandError("Nothing was changed.")
