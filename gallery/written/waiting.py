"""Images of which something was said that their files do not say yet, where that is wanted: noted
with the saying itself, written after some quiet, gone on with after any kill."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import connection
from django.db.models import Max, Min

from dtoolkit.jobs.kinds import Progress
from gallery import preferences
from gallery.actions.base import Part
from gallery.filing.refusals import Refused
from gallery.filing.rooms import Rooms
from gallery.filing.spots import Spot
from gallery.models import Collection, Image, LibraryRoot, StageFailure, WordsWaiting
from gallery.pipeline import failures
from gallery.preferences import WRITE_WORDS
from gallery.querysets import ImageQuerySet
from gallery.scanning import locking
from gallery.scanning.saving.copying import int_array
from gallery.written import deed, merging, said
from gallery.written.deed import Put

STAGE = "words"
_VERSION = 1
_SLICE = 100  # with the scans' locks held
_QUIET, _PATIENCE = timedelta(seconds=10), timedelta(minutes=5)

_WANTED = "EXISTS (SELECT FROM gallery_preference WHERE name = %(name)s AND value = 'true')"
_COLLECT = f"""
INSERT INTO gallery_wordswaiting AS known (image_id, is_new, changed_at)
SELECT id, false, clock_timestamp() FROM gallery_image
WHERE id = ANY(%(ids)s::bigint[]) AND {_WANTED}
ORDER BY id
ON CONFLICT (image_id) DO UPDATE SET is_new = false, changed_at = EXCLUDED.changed_at
"""  # noqa: S608
# A tag itself was renamed: all that people gave it to.
_OF_TAG = "SELECT image_id FROM gallery_imagetag WHERE tag_id = %s AND source = 'person'"
# What was said of it meanwhile waits on.
_DONE = "DELETE FROM gallery_wordswaiting WHERE image_id = %s AND changed_at = %s"
_LATER = "UPDATE gallery_wordswaiting SET becoming = '' WHERE image_id = %s"


def collect(parts: Sequence[Part]) -> None:
    """In the transaction that changed the images; nothing where it is not wanted."""
    ids = sorted({pk for part in parts for pk in part.image_ids})
    tags = {part.before["tag"] for part in parts if not part.image_ids and _is_name(part.before)}
    with connection.cursor() as cursor:
        for tag in tags:
            cursor.execute(_OF_TAG, [tag])
            ids += [pk for (pk,) in cursor.fetchall()]
        if ids:
            values = {"ids": int_array(sorted(set(ids))), "name": WRITE_WORDS.name}
            cursor.execute(_COLLECT, values)


def collect_all(collection: Collection) -> int:
    """All of which anything was said; how many."""
    due = Image.objects.filter(collection=collection, is_available=True)
    ids = list(due.filter(said.something() | said.was_written()).values_list("pk", flat=True))
    collect([Part(ids, None, None)])
    return len(ids)


def rows(collection: Collection | None = None) -> Any:
    """Those that wait to be written; the files of drives that are away wait on."""
    waiting = WordsWaiting.objects.filter(is_new=False)
    return waiting if collection is None else waiting.filter(image__collection=collection)


def is_due(now: datetime) -> bool:
    """After some quiet, or when somebody does not stop."""
    if not preferences.get(WRITE_WORDS):
        return False
    times = _writable(rows()).aggregate(first=Min("changed_at"), last=Max("changed_at"))
    if times["last"] is None:
        return False
    return bool(times["last"] < now - _QUIET or times["first"] < now - _PATIENCE)


def images() -> ImageQuerySet:
    return Image.objects.filter(pk__in=_writable(rows()).values("pk"))


def _writable(waiting: Any) -> Any:
    """Those whose files are there and were read."""
    return waiting.filter(
        image__is_available=True,
        image__read_version__isnull=False,
        image__folder__root__offline_since=None,
    )


def run(ids: Sequence[int], progress: Progress) -> None:
    """Each is written, or fails with a reason for the page of failures. Raises `JobCancelled`."""
    failed = 0
    for first in range(0, len(ids), _SLICE):
        some = ids[first : first + _SLICE]
        with ExitStack() as held:
            for root in _roots(some):
                held.enter_context(locking.alone(root, progress))
            rooms = Rooms()
            for number, row in enumerate(_waiting(some), start=1):
                progress.check()
                failed += not _run_one(row, rooms)
                progress.report(first + number, failed)


def retry(failed: Any) -> int:
    """At a person's word."""
    ids = list(failed.filter(stage=STAGE).values_list("image", flat=True))
    StageFailure.objects.filter(stage=STAGE, image__in=ids).delete()
    collect([Part(ids, None, None)])
    return len(ids)


class _Journal:
    """Of what a kill left, nothing ends: more may have been said since."""

    def __init__(self, row: WordsWaiting, rooms: Rooms, *, is_settling: bool = False) -> None:
        spot = Spot.of(row.image)
        hidden = Spot(spot.root_id, spot.folder, f".dtk-words-{row.pk}.partial")
        self.partial = rooms.path(hidden)
        self._row = row
        self._is_settling = is_settling

    def becoming(self, put: Put) -> None:
        stored = orjson.dumps({**asdict(put), "was": None}).decode()
        WordsWaiting.objects.filter(pk=self._row.pk).update(becoming=stored)

    def done(self, put: Put) -> None:
        if self._is_settling:
            WordsWaiting.objects.filter(pk=self._row.pk).update(becoming="")
        else:
            _end(self._row)


def _run_one(row: WordsWaiting, rooms: Rooms) -> bool:
    image = row.image
    try:
        if row.becoming:
            settling = _Journal(row, rooms, is_settling=True)
            if deed.settle(image, rooms, _put(row.becoming), settling):
                image = Image.objects.select_related("folder__root").get(pk=image.pk)
        words = merging.words_for(image)
        if not deed.write(image, rooms, words, _Journal(row, rooms)):
            _end(row)
    except Refused as refused:
        failures.record(STAGE, _VERSION, {image.pk: refused.reason})
        _end(row)
        return False
    failures.clear(STAGE, [image.pk])
    return True


def _end(row: WordsWaiting) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_DONE, [row.pk, row.changed_at])
        if not cursor.rowcount:
            cursor.execute(_LATER, [row.pk])


def _put(stored: str) -> Put:
    return Put(**orjson.loads(stored))


def _waiting(ids: Sequence[int]) -> list[WordsWaiting]:
    found = rows().filter(pk__in=ids).select_related("image__folder__root")
    return list(found.order_by("image__folder", "image__name"))


def _roots(ids: Sequence[int]) -> list[LibraryRoot]:
    held = Image.objects.filter(pk__in=ids).values("folder__root")
    return list(LibraryRoot.objects.filter(pk__in=held).order_by("pk"))


def _is_name(before: Any) -> bool:
    return isinstance(before, dict) and "tag" in before and "name" in before
