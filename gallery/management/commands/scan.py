"""Scans the library here in the terminal: what lies where, what it says, and its thumbnails."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dtoolkit.core import paths
from dtoolkit.core.errors import AppError
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from dtoolkit.jobs.terminal import JobDisplay
from gallery.management.roots import chosen_roots
from gallery.models import Image, LibraryRoot, StageFailure
from gallery.services import places, rebuild

_FAILURES_SHOWN = 10


class Command(BaseCommand):
    help = "Looks for new and changed images, reads their metadata and makes thumbnails."

    def add_arguments(self, parser: ArgumentParser) -> None:
        place = parser.add_mutually_exclusive_group()
        place.add_argument("--root", help="Only this library folder: its path, name or id.")
        place.add_argument("--folder", help="Only this folder and all below it, or this one file.")
        place.add_argument(
            "--images", type=int, nargs="+", metavar="ID", help="Read only these images again."
        )
        kind = parser.add_mutually_exclusive_group()
        kind.add_argument("--quick", action="store_true", help="Only list the files.")
        kind.add_argument("--deep", action="store_true", help="Only read what is listed.")
        parser.add_argument(
            "--rebuild", action="store_true", help="Compare and read all files, unchanged ones too."
        )
        parser.add_argument(
            "--workers", type=int, default=settings.Q_CLUSTER["workers"], help="Processes to use."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        ended, found = [], []
        with JobDisplay() as show:
            for root, job in _start(options):
                last = run_inline(
                    job,
                    on_progress=show,
                    workers=max(1, options["workers"]),
                    follow=not options["quick"],
                )
                ended += [job, last]
                if job.message:
                    found.append(f"{root}: {job.message}.")
                if last.state == Job.State.CANCELLED:
                    raise CommandError("Stopped. What was read is kept; run it again to go on.")
        for line in found:
            self.stdout.write(line)
        self._tell_failures()
        failed = {job.pk: job for job in ended if job.state == Job.State.FAILED}
        if failed:
            raise CommandError(" ".join(job.error for job in failed.values()))

    def _tell_failures(self) -> None:
        failures = StageFailure.objects.select_related("image").order_by("-failed_at")
        shown = list(failures[:_FAILURES_SHOWN])
        for failure in shown:
            self.stdout.write(f"{paths.display(failure.image.name)}: {failure.reason}")
        more = failures.count() - len(shown)
        if more > 0:
            self.stdout.write(f"and {more:,} more; the Jobs page lists them all.")


def _start(options: dict[str, Any]) -> Iterator[tuple[LibraryRoot, Job]]:
    """One after the other: a job that waited would be taken up by a server that runs."""
    begin = rebuild.start_reading if options["deep"] else rebuild.start
    try:
        if options["images"]:
            yield from _start_images(options["images"])
            return
        if not options["folder"]:
            for root in chosen_roots(options["root"]):
                yield root, begin(root, rebuild=options["rebuild"])
            return
        place = places.locate(options["folder"])
        if image := place.image():
            yield from _start_images([image.pk])
            return
        if place.folder() is None and not place.disk_path.is_dir():
            raise CommandError(f"{options['folder']} is no folder, and no file of the library.")
        yield place.root, begin(place.root, place.relative, rebuild=options["rebuild"])
    except AppError as error:
        raise CommandError(error.message) from error


def _start_images(image_ids: list[int]) -> Iterator[tuple[LibraryRoot, Job]]:
    unknown = set(image_ids).difference(
        Image.objects.filter(pk__in=image_ids).values_list("pk", flat=True)
    )
    if unknown:
        listed = ", ".join(str(pk) for pk in sorted(unknown))
        raise CommandError(f"No image of the library has this number: {listed}.")
    for job in rebuild.start_images(image_ids):
        yield LibraryRoot.objects.get(pk=job.params["root_id"]), job
