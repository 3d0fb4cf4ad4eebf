"""Looks for families in the terminal, and prints how many there are."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from dtoolkit.jobs.terminal import JobDisplay
from gallery.models import Collection
from gallery.services import families


class Command(BaseCommand):
    help = "Finds which images were made from which, versions of one picture, and ideas."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--all", action="store_true", help="Look at every image, not only at what changed."
        )
        parser.add_argument("--collection", default=settings.ENV.collection, help="Its slug.")
        parser.add_argument("--json", action="store_true", help="Print the counts as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        collection = Collection.objects.filter(slug=options["collection"]).first()
        if collection is None:
            raise CommandError("There is no such collection: manage.py start FOLDER makes one.")
        with JobDisplay(Console(quiet=True) if options["json"] else None) as show:
            job = run_inline(families.start(collection, is_whole=options["all"]), on_progress=show)
        if job.state == Job.State.CANCELLED:
            raise CommandError("Stopped. What was found before stands; run it again.")
        if job.state == Job.State.FAILED:
            raise CommandError(job.error)
        found = families.counts(collection)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(found)))
            return
        self.stdout.write(f"Versions: {found.in_stacks:,} images in {found.stacks:,} stacks")
        self.stdout.write(f"Ideas: {found.in_ideas:,} images in {found.ideas:,}")
        for evidence, many in sorted(found.parents.items()):
            self.stdout.write(f"Made from another, known by {evidence}: {many:,}")
