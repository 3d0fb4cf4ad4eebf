"""Moves and renames: an image whose file lies elsewhere now stays the image it was.

Same content and the old path gone is a move; two living paths are copies. The deep scan notes an
`Arrival` (`scanning.arrivals`) for what may be either; `settle` decides, however late: the other
row may lie on a drive that is away, or the files that belong together may be read by several
workers. What is decided is done in one transaction, so that after a kill at any moment the next
settling reaches the same end.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection

from gallery.scanning.moves import deciding, uniting, unread
from gallery.scanning.moves.candidates import Group, load
from gallery.scanning.moves.deciding import Decision
from gallery.scanning.moves.disk import Disk
from gallery.scanning.saving.copying import int_array

_LOCK_CLASS = 0x5CA8
_ARRIVALS = 2_000  # at once, and all that hold the same as any of them

# What waits for a drive that is still away need not be looked at.
_WAITING = """
SELECT image.collection_id, image.fingerprint FROM gallery_arrival AS arrival
JOIN gallery_image AS image ON image.id = arrival.image_id
LEFT JOIN gallery_libraryroot AS root ON root.id = arrival.waits_for_id
WHERE root.offline_since IS NULL {among}
GROUP BY 1, 2 ORDER BY 1, 2
"""
# Where contents changed places, all that takes part is decided together.
_ENTANGLED = """
SELECT DISTINCT image.collection_id, image.fingerprint FROM gallery_arrival AS arrival
JOIN gallery_image AS image ON image.id = arrival.image_id
WHERE EXISTS (SELECT FROM gallery_imageversion WHERE image_id = image.id)
   OR EXISTS (SELECT FROM gallery_imageversion WHERE fingerprint = image.fingerprint)
"""
_FORGET_UNREADABLE = """
DELETE FROM gallery_arrival AS arrival USING gallery_image AS image
WHERE image.id = arrival.image_id AND image.fingerprint IS NULL
"""


def settle(image_ids: Iterable[int] | None = None, *, is_last: bool = False) -> int:
    """Decides on the arrivals among the images, or on all; returns how many images moved.

    What may hang on files that are still unread is left for later, unless this `is_last`: then
    nobody is about to read them.
    """
    ids = None if image_ids is None else int_array(image_ids)
    with connection.cursor() as cursor:
        if not _waiting(cursor, ids):
            return 0
        with _alone(cursor):
            cursor.execute(_FORGET_UNREADABLE)
            return _settle(cursor, ids, is_last)


def settle_unread() -> int:
    """The same for images that a person spoke of and that moved before they were read; looks at
    all there are, so it is for the end of long work."""
    with connection.cursor() as cursor, _alone(cursor):
        return uniting.unite(Decision(moves=unread.pairs(cursor, Disk())))


@contextmanager
def _alone(cursor: Any) -> Iterator[None]:
    cursor.execute("SELECT pg_advisory_lock(%s, 0)", [_LOCK_CLASS])
    try:
        yield
    finally:
        if not connection.connection.closed:
            cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [_LOCK_CLASS])


def due() -> set[int]:
    """The images that `settle` would take for moved now, once nothing is left to be read."""
    disk, ids = Disk(), set[int]()
    with connection.cursor() as cursor:
        for groups in _groups(cursor, None, is_last=True):
            decision = deciding.decide(groups, disk, is_last=True)
            ids |= {new.id for _, new in decision.moves}
    return ids


def _settle(cursor: Any, ids: str | None, is_last: bool) -> int:
    disk = Disk()
    return sum(
        uniting.unite(deciding.decide(groups, disk, is_last=is_last))
        for groups in _groups(cursor, ids, is_last=is_last)
    )


def _groups(cursor: Any, ids: str | None, *, is_last: bool) -> Iterator[list[Group]]:
    """What is decided together: of a collection all that is entangled, the rest in portions."""
    waiting = _waiting(cursor, ids)
    cursor.execute(_ENTANGLED)
    entangled: list[tuple[int, UUID]] = cursor.fetchall()
    if not set(entangled).isdisjoint(waiting):
        for collection_id, fingerprints in _by_collection(entangled, len(entangled)):
            yield load(cursor, collection_id, fingerprints, awaits=not is_last)
    plain = sorted(set(waiting).difference(entangled))
    for collection_id, fingerprints in _by_collection(plain, _ARRIVALS):
        yield load(cursor, collection_id, fingerprints, awaits=not is_last)


def _waiting(cursor: Any, ids: str | None) -> list[tuple[int, UUID]]:
    """Collection and fingerprint of what is to be decided."""
    if ids is None:
        cursor.execute(_WAITING.format(among=""))
    else:
        among = "AND arrival.image_id = ANY(%s::bigint[])"
        cursor.execute(_WAITING.format(among=among), [ids])
    found: list[tuple[int, UUID]] = cursor.fetchall()
    return found


def _by_collection(found: list[tuple[int, UUID]], at_once: int) -> Iterator[tuple[int, list[UUID]]]:
    by_collection: dict[int, list[UUID]] = {}
    for collection_id, fingerprint in found:
        by_collection.setdefault(collection_id, []).append(fingerprint)
    for collection_id, fingerprints in by_collection.items():
        for start in range(0, len(fingerprints), at_once):
            yield collection_id, fingerprints[start : start + at_once]
