"""The row follows the file that words were written into: the same image, the same version, with all
that was made of it."""

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from gallery.filing import rows
from gallery.filing.refusals import Refused
from gallery.media import contents
from gallery.media.storing import StorageUnwritable
from gallery.metadata import READ_VERSION, RawRecord
from gallery.models.metadata import pack_records, unpack_records

_LOCK = "SELECT folder_id FROM gallery_image WHERE id = %s FOR NO KEY UPDATE"
_FOLLOW = """
UPDATE gallery_image SET size = %(size)s, mtime_ns = %(mtime_ns)s, sidecar_stamp = %(stamp)s,
    modified_at = timestamptz 'epoch' + (%(mtime_ns)s / 1000) * interval '1 microsecond',
    fingerprint = %(after)s, read_version = coalesce(read_version, %(read)s),
    strip_of = CASE WHEN strip_of = %(before)s THEN %(after)s ELSE strip_of END
WHERE id = %(image)s
"""
_REMEMBER = """
INSERT INTO gallery_formercontent (image_id, fingerprint, is_met) VALUES (%s, %s, %s)
ON CONFLICT (image_id, fingerprint) DO UPDATE SET until = now()
"""
_MEET = "UPDATE gallery_formercontent SET is_met = %s WHERE image_id = %s AND is_met <> %s"
# A scan that came between the file and its row took it for another content.
_NO_VERSION = """
DELETE FROM gallery_imageversion WHERE id IN (
    SELECT id FROM gallery_imageversion WHERE image_id = %s ORDER BY replaced_at DESC, id DESC
    LIMIT 1) AND fingerprint = %s
"""
_LIST_AGAIN = "UPDATE gallery_folder SET listing_digest = NULL WHERE id = %s"
_RECORDS = "SELECT packed_records FROM gallery_imagemetadata WHERE image_id = %s"
_SET_RECORDS = "UPDATE gallery_imagemetadata SET packed_records = %s WHERE image_id = %s"
Records = Callable[[list[RawRecord]], Sequence[RawRecord]]


@dataclass(frozen=True, slots=True)
class Contents:
    """Fingerprints; the same where only a sidecar was written."""

    before: uuid.UUID
    after: uuid.UUID


def follow(
    image_id: int,
    contents_: Contents,
    arrived: rows.Arrived,
    records: Records,
    done: Callable[[], object],
    *,
    is_met: bool,
    is_again: bool = False,
) -> None:
    """In one transaction with `done`, which notes it. `records` makes of the stored ones those that
    the file has now. Raises `Refused` where the image is gone."""
    before, after = contents_.before, contents_.after
    if before != after:
        # They are made again where there is no room for them.
        with suppress(StorageUnwritable):
            contents.copy_files(before, after)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK, [image_id])
        row = cursor.fetchone()
        if row is None:
            raise Refused("it was removed from the library meanwhile")
        values = {
            "image": image_id,
            "size": arrived.size,
            "mtime_ns": max(-(2**63) + 1, min(2**63 - 1, arrived.mtime_ns)),
            "stamp": arrived.stamp,
            "before": before,
            "after": after,
            "read": READ_VERSION,
        }
        cursor.execute(_FOLLOW, values)
        cursor.execute(_REMEMBER, [image_id, before, is_met])
        cursor.execute(_MEET, [is_met, image_id, is_met])
        if is_again:
            cursor.execute(_NO_VERSION, [image_id, before])
        cursor.execute(_LIST_AGAIN, [row[0]])
        if before != after:
            contents.follow(cursor, image_id, before, after)
        _renew(cursor, image_id, records)
        done()
        if before != after:
            transaction.on_commit(lambda: contents.forget_files(before))


def _renew(cursor: Any, image_id: int, records: Records) -> None:
    cursor.execute(_RECORDS, [image_id])
    row = cursor.fetchone()
    if row is not None:
        stored = [RawRecord(**each) for each in unpack_records(bytes(row[0]))]
        cursor.execute(_SET_RECORDS, [pack_records(records(stored)), image_id])
