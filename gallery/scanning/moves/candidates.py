"""Which rows hold, or held, the same content: arrivals on one side, what they may have been on the
other."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Place:
    """A row and where it says that its file lies; texts as stored."""

    id: int
    folder_id: int
    root_id: int
    folder: str
    name: str
    fingerprint: UUID | None
    is_available: bool
    first_seen_at: datetime
    size: int = 0

    @property
    def path(self) -> str:
        return f"{self.folder}/{self.name}" if self.folder else self.name


@dataclass(slots=True)
class Group:
    """All of a collection about one content.

    `arrivals` hold it now and are there; `others` hold it as well or did when they vanished;
    `displaced` held it and are read to hold something else, `unread` hold nobody knows what.
    """

    fingerprint: UUID
    arrivals: list[Place] = field(default_factory=list)
    others: list[Place] = field(default_factory=list)
    displaced: list[Place] = field(default_factory=list)
    unread: list[Place] = field(default_factory=list)
    is_awaited: bool = False  # a file of this size is still to be read


_PLACE = """
    image.id, image.folder_id, folder.root_id, folder.path, image.name, image.fingerprint,
    image.is_available, image.first_seen_at, image.size
"""
_HOLDING = f"""
SELECT {_PLACE}, arrival.image_id IS NOT NULL FROM gallery_image AS image
JOIN gallery_folder AS folder ON folder.id = image.folder_id
LEFT JOIN gallery_arrival AS arrival ON arrival.image_id = image.id
WHERE image.collection_id + 0 = %s AND image.fingerprint = ANY(%s::uuid[])
ORDER BY image.id
"""  # noqa: S608
# By the last version only: what an image was before that, it had lost before.
_HELD = f"""
SELECT {_PLACE}, arrival.image_id IS NOT NULL, version.fingerprint
FROM gallery_imageversion AS version
JOIN gallery_image AS image ON image.id = version.image_id
JOIN gallery_folder AS folder ON folder.id = image.folder_id
LEFT JOIN gallery_arrival AS arrival ON arrival.image_id = image.id
WHERE version.fingerprint = ANY(%s::uuid[]) AND image.collection_id = %s
  AND image.fingerprint IS DISTINCT FROM version.fingerprint
  AND (image.fingerprint IS NULL OR arrival.image_id IS NOT NULL)
  AND version.id = (SELECT id FROM gallery_imageversion AS latest
                    WHERE latest.image_id = image.id ORDER BY replaced_at DESC, id DESC LIMIT 1)
ORDER BY image.id
"""  # noqa: S608
_AWAITED = """
SELECT DISTINCT image.size FROM gallery_image AS image
JOIN gallery_folder AS folder ON folder.id = image.folder_id
JOIN gallery_libraryroot AS root ON root.id = folder.root_id
WHERE image.collection_id = %s AND image.size = ANY(%s::bigint[])
  AND image.read_version IS NULL AND image.fingerprint IS NULL AND image.is_available
  AND root.offline_since IS NULL
  AND NOT EXISTS (SELECT FROM gallery_stagefailure WHERE image_id = image.id)
"""


def load(
    cursor: Any, collection_id: int, fingerprints: Sequence[UUID], *, awaits: bool
) -> list[Group]:
    """Of one collection; with `awaits` also whether something that is unread may belong to them."""
    wanted = list(fingerprints)
    groups = {fingerprint: Group(fingerprint) for fingerprint in wanted}
    cursor.execute(_HOLDING, [collection_id, wanted])
    for *columns, is_arrival in cursor.fetchall():
        place = Place(*columns)
        group = groups[place.fingerprint]  # type: ignore[index]
        (group.arrivals if is_arrival and place.is_available else group.others).append(place)
    cursor.execute(_HELD, [wanted, collection_id])
    for *columns, _, fingerprint in cursor.fetchall():
        place = Place(*columns)
        group = groups[fingerprint]
        (group.unread if place.fingerprint is None else group.displaced).append(place)
    if awaits:
        sizes = {place.size for group in groups.values() for place in group.arrivals}
        cursor.execute(_AWAITED, [collection_id, sorted(sizes)])
        awaited = {row[0] for row in cursor.fetchall()}
        for group in groups.values():
            group.is_awaited = any(place.size in awaited for place in group.arrivals[:1])
    return [group for group in groups.values() if group.arrivals]
