"""Model files: their folders, scans and hashes, in the terminal."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count
from django.template.defaultfilters import filesizeformat

from dtoolkit.core import paths
from dtoolkit.core.errors import AppError
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from dtoolkit.jobs.terminal import JobDisplay
from gallery.models import Resource, ResourceFolder
from gallery.services import disk_folders, resources


class Command(BaseCommand):
    help = "Finds checkpoints, LoRAs and other model files and links them to images."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        add = acts.add_parser("add", help="Add a folder of model files and scan it.")
        add.add_argument("folder")
        add.add_argument("--kind", choices=Resource.Kind.values, help="All in it are of this kind.")
        scan = acts.add_parser("scan", help="Look for new, changed and vanished model files.")
        scan.add_argument("--rebuild", action="store_true", help="Read unchanged ones again too.")
        hash_ = acts.add_parser("hash", help="Compute the hashes that recorded uses ask for.")
        hash_.add_argument("--all", action="store_true", help="Of all files that have none.")
        acts.add_parser("list", help="The folders and what is in them.")
        remove = acts.add_parser("remove", help="Forget a folder; its files stay as they are.")
        remove.add_argument("folder", help="Its path or id.")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        acts = {
            "add": self._add,
            "scan": self._scan,
            "hash": self._hash,
            "list": self._list,
            "remove": self._remove,
        }
        try:
            acts[act](options)
        except AppError as error:
            raise CommandError(error.message) from error

    def _add(self, options: dict[str, Any]) -> None:
        folder = resources.add(options["folder"], options["kind"] or "")
        self._run(resources.start_scan(folder))

    def _scan(self, options: dict[str, Any]) -> None:
        """A folder that is offline is told at the end: the others are still worth it."""
        problems = []
        for folder in ResourceFolder.objects.order_by("path"):
            try:
                self._run(resources.start_scan(folder, rebuild=options["rebuild"]))
            except CommandError as error:
                problems.append(str(error))
        if problems:
            raise CommandError(" ".join(problems))

    def _hash(self, options: dict[str, Any]) -> None:
        self._run(resources.start_hashing(everything=options["all"]))

    def _list(self, options: dict[str, Any]) -> None:
        folders = ResourceFolder.objects.annotate(count=Count("files")).order_by("path")
        for folder in folders:
            since = folder.offline_since
            state = f", offline since {since:%Y-%m-%d %H:%M}" if since else ""
            self.stdout.write(f"{folder.pk}  {folder}: {folder.count:,} model files{state}")
        without = resources.unhashed()
        if without["files"]:
            size = filesizeformat(without["bytes"]).replace("\xa0", " ")
            self.stdout.write(f"{without['files']:,} files ({size}) have no hashes yet.")

    def _remove(self, options: dict[str, Any]) -> None:
        folder = _named(options["folder"])
        self._run(resources.remove(folder))

    def _run(self, job: Job) -> None:
        """And what follows from it."""
        with JobDisplay() as show:
            last = run_inline(job, on_progress=show, follow=True)
        for ended in (job, last):
            if ended.state == Job.State.CANCELLED:
                raise CommandError("Stopped. What was read is kept; run it again to go on.")
            if ended.state == Job.State.FAILED:
                raise CommandError(ended.error)
        if job.message:
            self.stdout.write(f"{paths.display(job.message)}.")


def _named(text: str) -> ResourceFolder:
    folders = ResourceFolder.objects.all()
    if text.isdigit():
        found = folders.filter(pk=text).first()
    else:
        path = disk_folders.absolute(text)
        found = folders.filter(path=paths.to_text(str(path))).first()
    if found is None:
        raise CommandError(f"{text} is no folder of model files that is known.")
    return found
