"""What the commands share that write words into files and read them from there."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.http import QueryDict

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import queue
from dtoolkit.jobs.services.runner import run_inline
from dtoolkit.jobs.terminal import JobDisplay
from gallery.models import Collection, HistoryEntry, Image, Selection
from gallery.search.query import ResultQuery
from gallery.services import history, places, selections

_MOST_TOLD = 20


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--collection", default=settings.ENV.collection, help="Its slug.")
    parser.add_argument("--folder", help="Only images of this folder and all below it.")
    parser.add_argument("--dry-run", action="store_true", help="Only tells what would be done.")


def chosen(options: dict[str, Any]) -> Selection:
    """Raises `AppError` and `CommandError`."""
    collection = Collection.objects.filter(slug=options["collection"]).first()
    if collection is None:
        raise CommandError(f"There is no collection {options['collection']}.")
    values = QueryDict(mutable=True)
    if options["folder"]:
        folder = places.locate(options["folder"]).folder()
        if folder is None:
            raise CommandError("That folder is not in the library.")
        values["folder"] = str(folder.pk)
    query = ResultQuery.from_params(values, collection)
    return selections.choose_all(selections.begin(query), query)


def perform(name: str, values: dict[str, str], selection: Selection) -> list[str]:
    """Does it here and now; what became of it, in lines. Raises `AppError` and `CommandError`."""
    with queue.following() as jobs:
        entry = history.perform(name, values, selection)
    for job in jobs:
        with JobDisplay() as show:
            job = run_inline(job, on_progress=show)
        if job.state != Job.State.DONE or job.error:
            raise CommandError(job.error or "Stopped. What is done is kept; run it again to go on.")
    done = HistoryEntry.objects.filter(pk=entry.pk).first() if entry.pk else None
    if done is None:
        return ["It was so already."]
    lines = [f"{done.sentence}. History undoes it."]
    if done.refused_count:
        lines.append(f"{done.refused_count:,} were left as they are:")
        names = Image.objects.in_bulk([pk for pk, _ in done.refused if pk])
        lines += [
            f"  {names.get(pk, 'an image that is gone')}: {reason}"
            for pk, reason in done.refused[:_MOST_TOLD]
        ]
    return lines
