"""Puts files into folders and names by a pattern, or only tells what that would come to."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dtoolkit.core.errors import AppError
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from dtoolkit.jobs.terminal import JobDisplay
from gallery.filing import arranging
from gallery.models import Collection, HistoryEntry, Selection
from gallery.search.query import ResultQuery
from gallery.services import filing, history, selections


class Command(BaseCommand):
    help = "Moves files into folders by a pattern; History on the page takes it back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pattern", help="As '{checkpoint}/{created:%%Y-%%m}/{name}'.")
        parser.add_argument("--query", default="", help="Only what this search finds.")
        parser.add_argument(
            "--taken",
            choices=("number", "refuse", "stop"),
            default="number",
            help="Where a name is taken: number the file, leave it, or move nothing at all.",
        )
        parser.add_argument(
            "--sweep", action="store_true", help="Remove folders that become empty."
        )
        parser.add_argument("--dry-run", action="store_true", help="Tell, and move nothing.")
        parser.add_argument("--collection", default=settings.ENV.collection, help="Its slug.")

    def handle(self, *args: Any, **options: Any) -> None:
        collection = Collection.objects.filter(slug=options["collection"]).first()
        if collection is None:
            raise CommandError("There is no such collection: manage.py start FOLDER makes one.")
        try:
            query = ResultQuery.from_params({"q": options["query"]}, collection)
            selection = selections.choose_all(selections.begin(query), query)
            if options["dry_run"]:
                self._tell(selection, options["pattern"])
            else:
                self._do(selection, options)
        except AppError as error:
            raise CommandError(error.message) from error

    def _tell(self, selection: Selection, pattern: str) -> None:
        found = arranging.preview(selections.images(selection), pattern, None)
        if found.problem:
            raise CommandError(found.problem)
        for branch in found.branches:
            mark = " (new)" if branch.is_new else ""
            self.stdout.write(f"{'  ' * branch.depth}{branch.name}{mark}  {branch.count:,}")
        for line in found.lines:
            problem = f"  ({line.problem})" if line.problem else ""
            self.stdout.write(f"{line.old} -> {line.new}{problem}")
        first = "" if found.is_all else f" Of the first {found.looked_at:,} looked at."
        self.stdout.write(
            f"{found.moves:,} would move, {found.in_place:,} lie there already, {found.taken:,} "
            f"would meet a name that is taken.{first}"
        )

    def _do(self, selection: Selection, options: dict[str, Any]) -> None:
        values = {"pattern": options["pattern"], "clash": options["taken"]}
        if options["sweep"]:
            values["sweep"] = "1"
        entry = history.perform("reorganise", values, selection)
        job = Job.objects.filter(kind=filing.JOB, params__entry=entry.pk).last()
        if job is not None and job.is_active:
            with JobDisplay() as show:
                run_inline(job, on_progress=show)
        done = HistoryEntry.objects.filter(pk=entry.pk).first()
        if done is None:
            self.stdout.write("All files lie there already.")
            return
        self.stdout.write(f"{done}.")
        if done.refused_count:
            reasons = "; ".join(sorted({reason for _, reason in done.refused}))
            self.stdout.write(f"{done.refused_count:,} stayed where they are: {reasons}.")
