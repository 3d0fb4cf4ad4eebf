"""Words that new files brought along, into the library: an act of history like any other."""

from contextlib import suppress

from dtoolkit.core.errors import BadInput
from dtoolkit.jobs.kinds import Progress
from gallery.actions.into_files import ReadFromFiles
from gallery.models import Collection, Image, WordsWaiting
from gallery.services import history, selections
from gallery.written import said

_MOST = 20_000  # in one act


def take(collection: Collection, progress: Progress) -> None:
    """Where nothing was said yet; of the others a person may ask. Raises `JobCancelled`."""
    noted = WordsWaiting.objects.filter(is_new=True, image__collection=collection)
    new = Image.objects.filter(words_waiting__is_new=True)
    noted.filter(image__in=new.filter(said.something())).delete()
    done = 0
    while ids := list(noted.order_by("pk").values_list("pk", flat=True)[:_MOST]):
        progress.check()
        chosen = selections.of_images(collection, ids)
        with suppress(BadInput):  # they are gone by now
            history.perform(ReadFromFiles.name, {"prefer": "library", "own": "1"}, chosen)
        noted.filter(pk__in=ids).delete()
        done += len(ids)
        progress.report(done)
