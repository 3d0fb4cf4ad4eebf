"""Images that a person spoke of before their files were read, and whose files moved meanwhile.

No content is known of them to follow. A rename keeps size and time, and where those and the name
are the same, or where only one file has them to a fraction of a second, it is the same file.
"""

from collections.abc import Iterable
from typing import Any

from gallery.scanning.moves import matching
from gallery.scanning.moves.candidates import Place
from gallery.scanning.moves.disk import Disk, State
from gallery.scanning.moves.words import PERSON
from gallery.scanning.saving.copying import int_array

_Stamp = tuple[int, int, int]  # collection, size in bytes, modified in ns
_PLACE = """
    image.collection_id, image.mtime_ns, image.id, image.folder_id, folder.root_id, folder.path,
    image.name, image.fingerprint, image.is_available, image.first_seen_at, image.size
"""
_OLD = f"""
SELECT {_PLACE} FROM gallery_image AS image
JOIN gallery_folder AS folder ON folder.id = image.folder_id
WHERE image.fingerprint IS NULL AND image.read_version IS NULL AND image.size > 0
  AND NOT EXISTS (SELECT FROM gallery_imageversion WHERE image_id = image.id)
  AND (image.rating IS NOT NULL OR image.is_favourite OR image.is_nsfw OR image.is_for_deletion
    OR EXISTS (SELECT FROM gallery_imagetag WHERE image_id = image.id AND source = %(person)s)
    OR EXISTS (SELECT FROM gallery_caption WHERE image_id = image.id AND source = %(person)s)
    OR EXISTS (SELECT FROM gallery_importedsidecar WHERE image_id = image.id)
    OR EXISTS (SELECT FROM gallery_albumimage WHERE image_id = image.id)
    OR EXISTS (SELECT FROM gallery_imageedit WHERE image_id = image.id))
ORDER BY image.id
"""  # noqa: S608
_NEW = f"""
SELECT DISTINCT {_PLACE}
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS old (id, size, mtime_ns)
JOIN gallery_image AS was ON was.id = old.id
JOIN gallery_image AS image ON image.collection_id = was.collection_id
    AND image.size = old.size AND image.mtime_ns = old.mtime_ns
JOIN gallery_folder AS folder ON folder.id = image.folder_id
WHERE image.is_available AND image.first_seen_at > was.first_seen_at
ORDER BY image.id
"""  # noqa: S608


def pairs(cursor: Any, disk: Disk) -> list[matching.Pair]:
    """The rows that were never read and are gone, each with the row of its file."""
    cursor.execute(_OLD, {"person": PERSON})
    old = [each for each in _places(cursor) if disk.state(each[1]) is State.GONE]
    if not old:
        return []
    ids = int_array(place.id for _, place in old)
    sizes, times = ("{" + ",".join(str(s[at]) for s, _ in old) + "}" for at in (1, 2))
    cursor.execute(_NEW, [ids, sizes, times])
    gone = {place.id for _, place in old}
    new = [each for each in _places(cursor) if each[1].id not in gone]
    new = [each for each in new if disk.state(each[1]) is State.THERE]
    found: list[matching.Pair] = []
    by_stamp = _by_stamp(new)
    for stamp, places in _by_stamp(old).items():
        found += _pair(stamp, places, by_stamp.get(stamp, []))
    return found


def _pair(stamp: _Stamp, old: list[Place], new: list[Place]) -> list[matching.Pair]:
    is_fine = len(old) == len(new) == 1 and stamp[2] % 1_000_000_000 != 0
    return [each for each in matching.pair(old, new) if is_fine or each[0].name == each[1].name]


def _places(cursor: Any) -> list[tuple[_Stamp, Place]]:
    places = [(row[0], row[1], Place(*row[2:])) for row in cursor.fetchall()]
    return [((collection, place.size, mtime), place) for collection, mtime, place in places]


def _by_stamp(places: Iterable[tuple[_Stamp, Place]]) -> dict[_Stamp, list[Place]]:
    found: dict[_Stamp, list[Place]] = {}
    for stamp, place in places:
        found.setdefault(stamp, []).append(place)
    return found
