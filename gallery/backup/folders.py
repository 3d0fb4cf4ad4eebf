"""Where backups lie on this machine: those that were made, those taken in to be restored, and what
waits for its images. All below `backups` in the data folder."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from dtoolkit.core.errors import BadInput, NotFound
from gallery.backup import files
from gallery.backup.records import Header
from gallery.models import Collection

KEPT = 14
_TAKEN_FOR_S = 7 * 24 * 3600
_NAME = re.compile(r"[a-z0-9-]{1,50} \d{4}-\d\d-\d\d \d{6}\.jsonl\.gz", re.ASCII)
_TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kept:
    path: Path
    size: int
    header: Header

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def images(self) -> int:
        return self.header.counts.get("image", 0)

    @property
    def albums(self) -> int:
        return self.header.counts.get("album", 0)


def made() -> Path:
    folder: Path = settings.ENV.data_dir
    return folder / "backups"


def new(collection: Collection) -> Path:
    stamp = timezone.localtime(timezone.now()).strftime("%Y-%m-%d %H%M%S")
    return made() / f"{collection.slug} {stamp}.jsonl.gz"


def kept(collection: Collection) -> list[Kept]:
    """The latest first; what cannot be read is left out."""
    found = sorted(_of(collection), reverse=True)
    return [each for path in found if (each := _looked_at(path))]


def is_older(collection: Collection, than: timedelta, now: datetime) -> bool:
    """Than that is the latest one; also where there is none."""
    latest = max((path.stat().st_mtime for path in _of(collection)), default=0)
    return latest < (now - than).timestamp()


def prune(collection: Collection) -> None:
    for path in sorted(_of(collection), reverse=True)[KEPT:]:
        path.unlink(missing_ok=True)


def find(collection: Collection, name: str) -> Path:
    """Raises `NotFound`: nothing but the name of a backup that was made leads anywhere."""
    path = made() / name
    if not _NAME.fullmatch(name) or path not in set(_of(collection)):
        raise NotFound("That backup is no longer there.")
    return path


def taken(token: str) -> Path:
    """Raises `NotFound`, also where the token is none."""
    if not _TOKEN.fullmatch(token):
        raise NotFound("There is no such backup here.")
    return made() / "taken" / f"{token}.jsonl"


def waiting(collection: Collection) -> Path:
    return made() / "waiting" / collection.slug


def forget_old() -> None:
    """Backups that were taken in to be looked at, and never restored."""
    limit = time.time() - _TAKEN_FOR_S
    for path in (made() / "taken").glob("*"):
        if path.is_file() and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)


def _of(collection: Collection) -> Iterator[Path]:
    for path in made().glob(f"{collection.slug} *.jsonl.gz"):
        if _NAME.fullmatch(path.name) and path.name.split(" ")[0] == collection.slug:
            yield path


def _looked_at(path: Path) -> Kept | None:
    try:
        with files.opened(path) as file:
            return Kept(path, path.stat().st_size, files.Reader(file).header)
    except (OSError, BadInput):
        return None
