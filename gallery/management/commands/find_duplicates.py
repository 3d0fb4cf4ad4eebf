"""Looks for duplicates in the terminal, and tells what waits for a decision."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from dtoolkit.core.errors import AppError
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from dtoolkit.jobs.terminal import JobDisplay
from gallery.duplicates import channels
from gallery.duplicates.channels import Channel
from gallery.models import Collection, DuplicateMember
from gallery.services.duplicates import finding, queue


class Command(BaseCommand):
    help = "Looks for copies and near duplicates; you decide about them on the page Duplicates."

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = [channel.name for channel in channels.every()]
        parser.add_argument(
            "--channel",
            action="append",
            choices=names,
            help="Only by this; may be given again. Without it by all that can look.",
        )
        parser.add_argument(
            "--distance", help="How near is near enough: bits for near, likeness for looks."
        )
        parser.add_argument(
            "--confirm", action="store_true", help="Read copies whole and compare their SHA-256."
        )
        parser.add_argument("--collection", default=settings.ENV.collection, help="Its slug.")
        parser.add_argument("--json", action="store_true", help="Print the groups as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        collection = Collection.objects.filter(slug=options["collection"]).first()
        if collection is None:
            raise CommandError("There is no such collection: manage.py start FOLDER makes one.")
        chosen = self._chosen(collection, options["channel"])
        if options["distance"] and len([each for each in chosen if each.limit]) != 1:
            raise CommandError("Name one --channel for --distance: each measures in its own way.")
        quiet = Console(quiet=True) if options["json"] else None
        with JobDisplay(quiet) as show:
            for channel in chosen:
                self._look(collection, channel, options, show)
        if options["json"]:
            self.stdout.write(json.dumps(_groups(collection, chosen)))
            return
        for channel in chosen:
            count = queue.waiting(collection, channel.name).count()
            self.stdout.write(f"{channel.title}: {count:,} to decide")

    def _chosen(self, collection: Collection, names: list[str] | None) -> list[Channel]:
        chosen = [each for each in channels.every() if not names or each.name in names]
        missing = {each.name: each.missing(collection) for each in chosen}
        for channel in chosen:
            if missing[channel.name]:
                self.stderr.write(f"{channel.title}: {missing[channel.name]}")
        able = [each for each in chosen if not missing[each.name]]
        if not able:
            raise CommandError("Nothing can look for duplicates yet.")
        return able

    def _look(
        self, collection: Collection, channel: Channel, options: dict[str, Any], show: JobDisplay
    ) -> None:
        limit = options["distance"] if channel.limit else ""
        try:
            job = finding.start(collection, channel, limit or "", is_confirmed=options["confirm"])
        except AppError as error:
            raise CommandError(error.message) from error
        job = run_inline(job, on_progress=show)
        if job.state == Job.State.CANCELLED:
            raise CommandError("Stopped. What was found before stands; run it again.")
        if job.state == Job.State.FAILED:
            raise CommandError(job.error)


def _groups(collection: Collection, chosen: list[Channel]) -> list[dict[str, Any]]:
    """Those that wait; the suggested image first."""
    members: dict[int, list[dict[str, Any]]] = {}
    groups = [group for each in chosen for group in queue.waiting(collection, each.name)]
    living = DuplicateMember.objects.living().filter(group__in=groups).order_by("group", "pk")
    for member in living.select_related("image__folder__root"):
        path = str(member.image.disk_path)
        told = {"id": member.image_id, "path": path, "distance": member.distance}
        members.setdefault(member.group_id, []).append(told)
    return [
        {
            "id": group.pk,
            "channel": group.channel,
            "distance": group.distance,
            "is_confirmed": group.is_confirmed,
            "images": members[group.pk],
        }
        for group in groups
    ]
