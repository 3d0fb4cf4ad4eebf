"""What restoring would do, kept beside the backup that was taken in, until it is shown."""

from datetime import timedelta
from pathlib import Path

import orjson
from django.utils import timezone

from dtoolkit.core.errors import Unavailable
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from gallery.backup import files, restoring
from gallery.backup.options import Options, Tally
from gallery.backup.taking import Taken
from gallery.models import Collection

_TOLD_FOR = timedelta(minutes=1)


def of(taken: Taken, collection: Collection, options: Options) -> Tally | None:
    """Made now, or where it takes long by a job: then None until it has ended. Raises `Unavailable`
    where that job has just failed."""
    if taken.images <= restoring.AT_ONCE:
        return restoring.look(taken, collection, options)
    path = _path(taken, collection, options)
    if path.is_file():
        return Tally(**orjson.loads(path.read_bytes()))
    params = {"token": taken.token, "collection_id": collection.pk, **options.as_params()}
    jobs = Job.objects.filter(kind="restore-preview", params=params, state=Job.State.FAILED)
    failed = jobs.filter(finished_at__gt=timezone.now() - _TOLD_FOR).first()
    if failed is not None:
        raise Unavailable(f"It could not be compared: {failed.error}")
    enqueue("restore-preview", params)
    return None


def keep(taken: Taken, collection: Collection, options: Options, tally: Tally) -> None:
    with files.replacing(_path(taken, collection, options)) as out:
        out.write(orjson.dumps(tally))


def _path(taken: Taken, collection: Collection, options: Options) -> Path:
    called = f"{options.prefer}-{int(options.by_path)}"
    return taken.path.with_suffix(f".{collection.pk}.{called}.preview")
