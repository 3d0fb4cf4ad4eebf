"""The row follows its file, so that the next scan finds all as the library says it is."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from gallery.filing import disk
from gallery.filing.refusals import Refused
from gallery.filing.spots import Spot
from gallery.models import Folder, Image, LibraryRoot
from gallery.scanning import merging, removing, vanishing
from gallery.scanning.moves import uniting
from gallery.scanning.moves.candidates import Place
from gallery.scanning.moves.deciding import Decision

# What takes part, in order of id, as everywhere.
_LOCK = """
SELECT image.id, image.folder_id, folder.root_id, folder.path, image.name, image.fingerprint,
    image.is_available, image.first_seen_at, image.size
FROM gallery_image AS image JOIN gallery_folder AS folder ON folder.id = image.folder_id
WHERE image.id = %(image)s OR (image.folder_id = %(folder)s AND image.name = %(name)s)
ORDER BY image.id FOR NO KEY UPDATE OF image
"""
_MOVE = """
UPDATE gallery_image SET folder_id = %(folder)s, name = %(name)s, is_available = true,
    mtime_ns = %(mtime_ns)s, sidecar_stamp = %(stamp)s,
    modified_at = timestamptz 'epoch' + (%(mtime_ns)s / 1000) * interval '1 microsecond'
WHERE id = %(image)s
"""
_REMEMBERED = """
SELECT EXISTS (
    SELECT FROM gallery_image AS image JOIN gallery_folder AS folder ON folder.id = image.folder_id
    WHERE folder.root_id = %(root)s AND folder.path = %(folder)s AND image.name = %(name)s
      AND image.id <> %(besides)s
      AND (image.is_available OR %(content)s::uuid IS NULL
           OR image.fingerprint IS DISTINCT FROM %(content)s::uuid))
"""
_LOCK_FOLDERS = "SELECT FROM gallery_folder WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
# Their digests tell of what lay there before: the next scan compares them, and finds no difference.
_COUNT = """
UPDATE gallery_folder SET listing_digest = NULL, image_count = greatest(0, image_count + %s)
WHERE id = %s
"""


@dataclass(frozen=True, slots=True)
class Arrived:
    """The file as it lies at its new place."""

    size: int
    mtime_ns: int
    stamp: int | None


def is_remembered(spot: Spot, *, besides: int, content: uuid.UUID | None = None) -> bool:
    """Whether some row has that place: of a file that vanished, where nothing lies there.

    One that vanished and held `content` does not count: it comes back.
    """
    values: dict[str, int | str | uuid.UUID | None] = {
        "root": spot.root_id,
        "folder": spot.folder,
        "name": spot.name,
        "besides": besides,
        "content": content,
    }
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBERED, values)
        return bool(cursor.fetchone()[0])


def follow(image_id: int, to: Spot, arrived: Arrived) -> None:
    """In a transaction of the caller, who holds the scan locks. Raises `Refused` where the place is
    another image's, and where the image is gone."""
    folder_id = folder_of(to)
    values: dict[str, int | str | None] = {
        "image": image_id,
        "folder": folder_id,
        "name": to.name,
    }
    with connection.cursor() as cursor:
        # Lost with the machine's power, it is found by what was noted before, or by a scan.
        cursor.execute("SET LOCAL synchronous_commit = off")
        held = held_at(cursor, image_id, to, folder_id)
        image = held.pop(image_id)
        for other in held.values():
            if other.size == 0 < arrived.size:  # the empty file that took the name
                removing.remove_images(cursor, [other.id])
                cursor.execute(_COUNT, [-int(other.is_available), folder_id])
                continue
            _become_one(image, other, arrived)
            image = other
        changed = sorted({image.folder_id, folder_id})
        cursor.execute(_LOCK_FOLDERS, [changed])
        if image.is_available:
            cursor.execute(_COUNT, [-1, image.folder_id])
        cursor.execute(_COUNT, [1, folder_id])
        mtime_ns = max(-(2**63) + 1, min(2**63 - 1, arrived.mtime_ns))
        cursor.execute(_MOVE, {**values, "mtime_ns": mtime_ns, "stamp": arrived.stamp})


def held_at(cursor: Any, image_id: int, to: Spot, folder_id: int) -> dict[int, Place]:
    """The image and whoever has that place, locked."""
    cursor.execute(_LOCK, {"image": image_id, "folder": folder_id, "name": to.name})
    held = {row[0]: Place(*row) for row in cursor.fetchall()}
    if image_id not in held:
        raise Refused("it was removed from the library meanwhile")
    return held


def vanish(image_ids: list[int]) -> None:
    """Their files lie in the trash."""
    with transaction.atomic(), connection.cursor() as cursor:
        held = Image.objects.filter(pk__in=image_ids).order_by("pk").select_for_update(of=("self",))
        folders = dict(held.values_list("pk", "folder_id"))
        vanishing.mark(cursor, sorted(folders))
        vanishing.have_listed_again(cursor, set(folders.values()))


def folder_of(spot: Spot) -> int:
    """The id of the folder's row, made where it is new."""
    found = Folder.objects.filter(root=spot.root_id, path=spot.folder, is_available=True)
    if folder_id := found.values_list("pk", flat=True).first():
        return int(folder_id)
    root = LibraryRoot.objects.get(pk=spot.root_id)
    known = dict(
        Folder.objects.filter(root=root).filter(path__in=_up(spot.folder)).values_list("path", "pk")
    )
    ids = merging.FolderIds(root, known)
    ids.ensure([spot.folder])
    Folder.objects.filter(pk=ids[spot.folder], is_available=False).update(is_available=True)
    return ids[spot.folder]


def _up(folder: str) -> list[str]:
    parts = folder.split("/") if folder else []
    return ["", *("/".join(parts[: n + 1]) for n in range(len(parts)))]


def _become_one(image: Place, other: Place, arrived: Arrived) -> None:
    """After a kill a scan may have met the file at its new place before its row came there."""
    if other.size != arrived.size or not _may_be_one(image.fingerprint, other.fingerprint):
        raise Refused(disk.TAKEN)
    if not uniting.unite(Decision(moves=[(image, other)])):
        raise Refused("it was changed meanwhile")


def _may_be_one(one: uuid.UUID | None, other: uuid.UUID | None) -> bool:
    return one is None or other is None or one == other
