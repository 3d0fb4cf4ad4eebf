"""Pairs of images whose hashes are near, of all or of those that came: never each with each."""

from array import array
from typing import Any

import numpy as np
import numpy.typing as npt

from dtoolkit.jobs.kinds import Progress
from gallery.duplicates import hashes, near
from gallery.families.roles import PIXEL_BITS
from gallery.scanning.saving.copying import copy

_FETCHED = 50_000
# The first ones in this order lead: the smallest, then the oldest.
_HASHES = """
SELECT image.id, image.phash, touched.id IS NOT NULL
FROM gallery_image AS image LEFT JOIN kin_touched AS touched ON touched.id = image.id
WHERE image.collection_id = %s AND image.phash IS NOT NULL AND image.duration_ms IS NULL
"""
_IN_ORDER = " ORDER BY image.width::bigint * image.height, image.created_at, image.id"
_MOST_NEAR = 32  # of one image that came, the nearest
# Of many that are alike each is compared with the first one only; of a few with each other, so that
# the nearest in size is found to be the parent.
_FEW = 16
_EACH_OTHER = f"""
INSERT INTO kin_near
SELECT one.a, other.a, bit_count((one_image.phash # other_image.phash)::bit(64))
FROM (SELECT b FROM kin_near GROUP BY b HAVING count(*) BETWEEN 2 AND {_FEW}) AS star
JOIN kin_near AS one ON one.b = star.b JOIN kin_near AS other ON other.b = star.b
JOIN gallery_image AS one_image ON one_image.id = one.a
JOIN gallery_image AS other_image ON other_image.id = other.a
WHERE one.a < other.a
    AND bit_count((one_image.phash # other_image.phash)::bit(64)) <= {PIXEL_BITS}
"""  # noqa: S608 - our own text
# What is known already of those that are near the ones that came takes part again.
_KNOWN = """
INSERT INTO kin_near
SELECT kin.image_id, kin.parent_id, kin.distance FROM gallery_kin AS kin
WHERE kin.evidence = 'pixels' AND kin.image_id IN (SELECT b FROM kin_near)
    AND kin.image_id NOT IN (SELECT id FROM kin_touched)
    AND kin.parent_id NOT IN (SELECT id FROM kin_touched)
"""


def stage(cursor: Any, collection: int, progress: Progress, *, is_whole: bool) -> None:
    """Into `kin_near`."""
    ids, values, came = _read(cursor, _HASHES + _IN_ORDER if is_whole else _HASHES, collection)
    if len(ids) < 2:
        return
    is_meant = ~np.isin(values, near.plain())
    ids, came = ids[is_meant], came[is_meant]
    found = values[is_meant].astype(np.uint64)
    pairs = _among_all(ids, found, progress) if is_whole else _of(came, ids, found, progress)
    copy(cursor, "COPY kin_near (a, b, bits) FROM STDIN", pairs)
    cursor.execute("ANALYZE kin_near")
    cursor.execute(_EACH_OTHER if is_whole else _KNOWN)


def _read(
    cursor: Any, statement: str, collection: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    ids, values, came = array("q"), array("q"), array("b")
    cursor.execute(statement, [collection])
    while rows := cursor.fetchmany(_FETCHED):
        for pk, value, is_new in rows:
            ids.append(pk)
            values.append(value)
            came.append(is_new)
    return np.array(ids, np.int64), np.array(values, np.int64), np.array(came, np.bool_)


def _among_all(ids: Any, found: hashes.Hashes, progress: Progress) -> Any:
    ranks = np.arange(len(ids), dtype=np.int64)
    values, leaders, group = near.grouped(ranks, found, [])

    def tell(part: float) -> None:
        progress.report(int(part * len(ids)), message="Comparing hashes")

    links = near.of_images(ranks, group, leaders, hashes.pairs(values, PIXEL_BITS, tell))
    columns = (ids[links.worse], ids[links.better], links.distances.astype(np.int64))
    return zip(*(column.tolist() for column in columns), strict=True)


def _of(came: npt.NDArray[np.bool_], ids: Any, found: hashes.Hashes, progress: Progress) -> Any:
    """Each that came beside all, one pass over the hashes for each: few come."""
    for number, place in enumerate(np.flatnonzero(came)):
        if number % 100 == 0:
            progress.report(number, message="Comparing hashes")
        bits = np.bitwise_count(found ^ found[place])
        near_ones = np.flatnonzero(bits <= PIXEL_BITS)
        near_ones = near_ones[near_ones != place]
        nearest = near_ones[np.argsort(bits[near_ones], kind="stable")[:_MOST_NEAR]]
        for other in nearest.tolist():
            yield int(ids[place]), int(ids[other]), int(bits[other])
