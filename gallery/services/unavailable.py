"""The unavailable scan: asks of every image whether its file is there, and does with those that are
gone what a person chose."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection, transaction
from django.db.models import Count, Q

from dtoolkit.jobs.kinds import Params, Progress
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from gallery.models import Image, LibraryRoot, MissingMark
from gallery.querysets import ImageQuerySet
from gallery.scanning import locking, reachability, vanishing
from gallery.scanning.chosen import options_of
from gallery.scanning.presence import Disk, Presence, Row
from gallery.scanning.removing import remove_images
from gallery.scanning.saving.copying import int_array

_BATCH = 500
_ROWS = """
SELECT image.id, image.folder_id, folder.path, image.name, image.is_available
FROM gallery_image AS image JOIN gallery_folder AS folder ON folder.id = image.folder_id
WHERE image.id = ANY(%s::bigint[]) ORDER BY folder.path, image.name
"""
_LOCK = """
SELECT id FROM gallery_image WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE
"""
_MARK = """
WITH marked AS (
    UPDATE gallery_image SET is_for_deletion = true
    WHERE id = ANY(%s::bigint[]) AND NOT is_for_deletion RETURNING id)
INSERT INTO gallery_missingmark (image_id) SELECT id FROM marked
ON CONFLICT (image_id) DO NOTHING
"""
_UNMARK = """
WITH taken_back AS (
    DELETE FROM gallery_missingmark AS mark
    USING gallery_image AS image, gallery_folder AS folder
    WHERE image.id = mark.image_id AND folder.id = image.folder_id AND folder.root_id = %(root)s
      AND (image.is_available OR %(all)s)
    RETURNING image.id)
UPDATE gallery_image SET is_for_deletion = false WHERE id IN (SELECT id FROM taken_back)
"""


class Act(StrEnum):
    """Flag as unavailable; mark for deletion as well, which `take_back` undoes; remove the rows."""

    FLAG = "flag"
    MARK = "mark"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Losses:
    """What removing the images of vanished files would forget."""

    images: int = 0
    rated: int = 0
    favourites: int = 0

    def __str__(self) -> str:
        text = f"{self.images:,} image{'' if self.images == 1 else 's'}"
        liked = "favourite" if self.favourites == 1 else "favourites"
        known = ((self.rated, "rated"), (self.favourites, liked))
        parts = [f"{count:,} {word}" for count, word in known if count]
        return f"{text}, {' and '.join(parts)} among them" if parts else text


def start(root: LibraryRoot, act: Act, *, include_offline: bool = False) -> Job:
    """Raises `RootOffline` where the root is away, unless that is what the person means.

    Removing asks first: show `losses` and have them confirmed.
    """
    if not include_offline:
        reachability.require_online(root)
    params: Params = {"root_id": root.pk, "act": str(act)}
    if include_offline:
        params["include_offline"] = True
    return enqueue("unavailable", params)


def losses(root: LibraryRoot) -> Losses:
    """Of the images that are known to be unavailable."""
    counted = _vanished(root).aggregate(
        images=Count("pk"),
        rated=Count("pk", filter=Q(rating__isnull=False)),
        favourites=Count("pk", filter=Q(is_favourite=True)),
    )
    return Losses(**counted)


def take_back(root: LibraryRoot, *, of_returned_only: bool = False) -> int:
    """Takes the marks for deletion back that `Act.MARK` made; how many."""
    if not MissingMark.objects.exists():
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_UNMARK, {"root": root.pk, "all": not of_returned_only})
        return int(cursor.rowcount)


def chunks(root: LibraryRoot, act: Act, size: int) -> Iterator[tuple[int, ...]]:
    """Ids in the order of folders. Removing looks only at what was found to be gone before."""
    images = _vanished(root) if act is Act.REMOVE else Image.objects.filter(folder__root=root)
    rows = images.order_by("folder__path", "name").values_list("pk", flat=True)
    batch: list[int] = []
    for pk in rows.iterator(chunk_size=10_000):
        batch.append(pk)
        if len(batch) == size:
            yield tuple(batch)
            batch = []
    if batch:
        yield tuple(batch)


def run(
    root: LibraryRoot,
    image_ids: Iterable[int],
    act: Act,
    progress: Progress,
    *,
    include_offline: bool = False,
) -> None:
    """Raises `RootOffline` and `JobCancelled`; what is done is done, and can be done again."""
    ids = list(image_ids)
    with locking.alone(root, progress):
        place = None if include_offline else reachability.require_online(root)
        disk = Disk(root, options_of(root), include_offline=include_offline)
        done = gone = 0
        for first in range(0, len(ids), _BATCH):
            found = [
                row
                for row, presence in disk.look(_rows(ids[first : first + _BATCH]))
                if presence is Presence.GONE
            ]
            if found and place is not None:
                reachability.require_still(root, place)
            _apply(act, found)
            done, gone = done + len(ids[first : first + _BATCH]), gone + len(found)
            progress.report(done, message=f"{gone:,} are gone")
            progress.check()


def _vanished(root: LibraryRoot) -> ImageQuerySet:
    return Image.objects.filter(folder__root=root, is_available=False)


def _rows(ids: list[int]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [int_array(ids)])
        return [Row(*row) for row in cursor.fetchall()]


def _apply(act: Act, gone: list[Row]) -> None:
    if not gone:
        return
    ids = [row.id for row in gone]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK, [int_array(ids)])
        held = {row[0] for row in cursor.fetchall()}
        ids = [pk for pk in ids if pk in held]
        if act is Act.REMOVE:
            remove_images(cursor, ids)
        else:
            vanishing.mark(cursor, ids)
        if act is Act.MARK:
            cursor.execute(_MARK, [int_array(ids)])
        vanishing.have_listed_again(cursor, {row.folder_id for row in gone if row.is_available})
