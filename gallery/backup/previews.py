"""What restoring would do, kept beside the backup that was taken in, until it is shown."""

from dataclasses import asdict
from pathlib import Path

import orjson

from dtoolkit.jobs.services.queue import enqueue
from gallery.backup import files, restoring
from gallery.backup.options import Options, Tally
from gallery.backup.taking import Taken
from gallery.models import Collection


def of(taken: Taken, collection: Collection, options: Options) -> Tally | None:
    """Made now, or where it takes long by a job: then None until it has ended."""
    if taken.images <= restoring.AT_ONCE:
        return restoring.look(taken, collection, options)
    path = _path(taken, collection, options)
    if path.is_file():
        return Tally(**orjson.loads(path.read_bytes()))
    params = {"token": taken.token, "collection_id": collection.pk, **options.as_params()}
    enqueue("restore-preview", params)
    return None


def keep(taken: Taken, collection: Collection, options: Options, tally: Tally) -> None:
    with files.replacing(_path(taken, collection, options)) as out:
        out.write(orjson.dumps(asdict(tally)))


def _path(taken: Taken, collection: Collection, options: Options) -> Path:
    called = f"{options.prefer}-{int(options.by_path)}"
    return taken.path.with_suffix(f".{collection.pk}.{called}.preview")
