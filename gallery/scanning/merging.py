"""What the walk found, into the database: new folders by COPY, known ones by COPY into a staging
table and one statement each for what is new, what changed and what vanished."""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from dtoolkit.core.errors import NotFound
from gallery.models import LibraryRoot
from gallery.scanning import versions
from gallery.scanning.copying import copy_new
from gallery.scanning.relative import parent
from gallery.scanning.walking import Listing

_STAGE = """
CREATE TEMP TABLE IF NOT EXISTS scan_stage (
    folder_id bigint, name text COLLATE "C", size bigint, mtime_ns bigint, born_ns bigint,
    sidecar_stamp bigint
)
"""
_COPY = "COPY scan_stage FROM STDIN"
_NULL = "\\N"
_FOLDERS = 500  # in one transaction
_MOMENT = "timestamptz 'epoch' + (%s / 1000) * interval '1 microsecond'"

# No constraint ties an image to its folder, so that none is written below a removed one.
_HOLD_FOLDERS = "SELECT FROM gallery_folder WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"
# Locks are taken in order of id, by the deep scan too, so that scans cannot wait for each other.
_LOCK_DIFFERENT = """
SELECT FROM gallery_image AS image
LEFT JOIN scan_stage AS stage ON stage.folder_id = image.folder_id AND stage.name = image.name
WHERE image.folder_id = ANY(%s) AND (
    NOT image.is_available OR stage.name IS NULL
    OR (image.size, image.mtime_ns) <> (stage.size, stage.mtime_ns)
    OR (stage.size IS NOT NULL AND image.sidecar_stamp IS DISTINCT FROM stage.sidecar_stamp))
ORDER BY image.id FOR NO KEY UPDATE OF image
"""
# What it was is kept as a version (`scanning.versions`); whether what was made of it is true still,
# the deep scan tells.
_UPDATE_CHANGED = f"""
WITH changed AS (
    SELECT image.id, image.fingerprint, image.size, image.modified_at, image.format, image.width,
        image.height, image.prompt_id, image.seed, stage.size AS new_size, stage.mtime_ns,
        stage.born_ns, stage.sidecar_stamp
    FROM gallery_image AS image
    JOIN scan_stage AS stage ON stage.folder_id = image.folder_id AND stage.name = image.name
    WHERE (image.size, image.mtime_ns) <> (stage.size, stage.mtime_ns)
), kept AS ({versions.KEEP.format(rows="changed")}), dated AS (
    UPDATE gallery_imageedit AS edit SET recorded_created_at = {_MOMENT % "changed.born_ns"}
    FROM changed WHERE edit.image_id = changed.id AND edit.has_date
    RETURNING edit.image_id
)
UPDATE gallery_image AS image
SET size = changed.new_size, mtime_ns = changed.mtime_ns, is_available = true,
    modified_at = {_MOMENT % "changed.mtime_ns"}, created_at = CASE
        WHEN changed.id IN (SELECT image_id FROM dated) THEN image.created_at
        ELSE {_MOMENT % "changed.born_ns"} END,
    sidecar_stamp = changed.sidecar_stamp, read_version = NULL, fingerprint = NULL
FROM changed WHERE image.id = changed.id
RETURNING image.id
"""  # noqa: S608
# The picture is the same; only what was read of it is to be read again.
_UPDATE_RESTAMPED = """
UPDATE gallery_image AS image SET sidecar_stamp = stage.sidecar_stamp, read_version = NULL
FROM scan_stage AS stage
WHERE image.folder_id = stage.folder_id AND image.name = stage.name AND stage.size IS NOT NULL
  AND image.sidecar_stamp IS DISTINCT FROM stage.sidecar_stamp
RETURNING image.id
"""
_RESTORE = """
UPDATE gallery_image AS image SET is_available = true
FROM scan_stage AS stage
WHERE image.folder_id = stage.folder_id AND image.name = stage.name
  AND NOT image.is_available AND stage.size IS NOT NULL
"""
_FORGET_FAILURES = "DELETE FROM gallery_stagefailure WHERE image_id = ANY(%s)"

_INSERT_NEW = f"""
INSERT INTO gallery_image
    (collection_id, folder_id, name, size, mtime_ns, modified_at, created_at, sidecar_stamp)
SELECT %s, folder_id, name, size, mtime_ns,
    {_MOMENT % "mtime_ns"}, {_MOMENT % "born_ns"}, sidecar_stamp
FROM scan_stage AS stage
WHERE size IS NOT NULL
  AND NOT EXISTS (SELECT FROM gallery_image AS image
                  WHERE image.folder_id = stage.folder_id AND image.name = stage.name)
"""  # noqa: S608
_MARK_VANISHED = """
UPDATE gallery_image AS image SET is_available = false
WHERE folder_id = ANY(%s) AND is_available
  AND NOT EXISTS (SELECT FROM scan_stage AS stage
                  WHERE stage.folder_id = image.folder_id AND stage.name = image.name)
"""
_UPDATE_FOLDERS = """
UPDATE gallery_folder AS folder
SET listing_digest = found.digest, image_count = found.images, is_available = true,
    is_mount_point = found.is_mount_point
FROM unnest(%s::bigint[], %s::uuid[], %s::int[], %s::boolean[])
    AS found (id, digest, images, is_mount_point)
WHERE folder.id = found.id
"""
_RECOUNT = """
UPDATE gallery_folder SET image_count = (
    SELECT count(*) FROM gallery_image WHERE folder_id = gallery_folder.id AND is_available)
WHERE id = ANY(%s)
"""
_INSERT_FOLDERS = """
INSERT INTO gallery_folder (root_id, parent_id, path, name, depth, image_count, is_available)
SELECT %s, parent_id, path, name, %s, 0, true
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS found (parent_id, path, name)
ON CONFLICT (root_id, path) DO UPDATE SET is_available = true
RETURNING path, id
"""
_LOCK_WITHIN = """
SELECT FROM gallery_image WHERE folder_id = ANY(%s) AND is_available
ORDER BY id FOR NO KEY UPDATE
"""
_MARK_WITHIN = """
UPDATE gallery_image SET is_available = false WHERE folder_id = ANY(%s) AND is_available
"""
_MARK_FOLDERS = """
UPDATE gallery_folder
SET is_available = is_available AND %s, image_count = 0, listing_digest = NULL
WHERE id = ANY(%s)
"""
_MARK_THERE = "UPDATE gallery_folder SET is_available = true WHERE id = ANY(%s)"
_FORGET_EMPTY = """
DELETE FROM gallery_folder AS folder
WHERE root_id = %s AND NOT is_available AND treatment = '' AND parent_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM gallery_image WHERE folder_id = folder.id)
  AND NOT EXISTS (SELECT FROM gallery_folder WHERE parent_id = folder.id)
"""


@dataclass(slots=True)
class Merged:
    """How many images were found new, changed (or came back), and gone."""

    new: int = 0
    changed: int = 0
    vanished: int = 0

    def __iadd__(self, other: "Merged") -> "Merged":
        self.new += other.new
        self.changed += other.changed
        self.vanished += other.vanished
        return self


class FolderIds:
    """Ids of a root's folders by path; makes the missing ones, parents first."""

    def __init__(self, root: LibraryRoot, known: dict[str, int]) -> None:
        self._root = root
        self._ids = known

    def __getitem__(self, path: str) -> int:
        return self._ids[path]

    def ensure(self, paths: list[str]) -> set[str]:
        """Makes rows for `paths` and their parents where there are none; returns the new ones."""
        missing: set[str] = set()
        for path in paths:
            while path not in self._ids and path not in missing:
                missing.add(path)
                path = parent(path)
        for depth in sorted({_depth(path) for path in missing}):
            self._insert(depth, sorted(path for path in missing if _depth(path) == depth))
        return missing

    def _insert(self, depth: int, paths: list[str]) -> None:
        parents = [self._ids[parent(path)] if path else None for path in paths]
        names = [path.rpartition("/")[2] or self._root.name for path in paths]
        with connection.cursor() as cursor:
            cursor.execute(_INSERT_FOLDERS, [self._root.pk, depth, parents, paths, names])
            self._ids.update(cursor.fetchall())


def merge(root: LibraryRoot, folder_ids: FolderIds, listings: list[Listing]) -> Merged:
    """One batch in one transaction, digests included: what is marked as seen is in."""
    # COPY goes past Django, so its errors are put into Django's terms here.
    with connection.wrap_database_errors, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        new_paths = folder_ids.ensure([listing.path for listing in listings])
        found = [(folder_ids[listing.path], listing) for listing in listings]
        new = [each for each in found if each[1].path in new_paths]
        known = [each for each in found if each[1].path not in new_paths]
        merged = _compare(cursor, root, known) if known else Merged()
        copy_new(cursor, root.collection_id, new)
        merged.new += sum(len(listing.entries) for _, listing in new)
        cursor.execute(
            _UPDATE_FOLDERS,
            [
                [folder_id for folder_id, _ in found],
                [listing.digest.hex() for _, listing in found],
                [len(listing.entries) for _, listing in found],
                [listing.is_mount_point for _, listing in found],
            ],
        )
        unsure = [folder_id for folder_id, listing in known if listing.unsure]
        if unsure:
            cursor.execute(_RECOUNT, [unsure])
    return merged


def _compare(cursor: Any, root: LibraryRoot, known: list[tuple[int, Listing]]) -> Merged:
    """Folders that hold images already: what is new in them, changed, back or gone."""
    ids = [folder_id for folder_id, _ in known]
    cursor.execute(_HOLD_FOLDERS, [ids])
    if len(cursor.fetchall()) < len(ids):
        raise NotFound(f"{root} was removed from the library while it was scanned.")
    _stage(cursor, known)
    cursor.execute("ANALYZE scan_stage")
    cursor.execute(_LOCK_DIFFERENT, [ids])
    cursor.execute(_UPDATE_CHANGED)
    changed = [row[0] for row in cursor.fetchall()]
    # After the changed ones, which have their new stamps by now.
    cursor.execute(_UPDATE_RESTAMPED)
    restamped = [row[0] for row in cursor.fetchall()]
    if changed or restamped:
        cursor.execute(_FORGET_FAILURES, [changed + restamped])
    cursor.execute(_RESTORE)
    restored = cursor.rowcount
    cursor.execute(_MARK_VANISHED, [ids])
    vanished = cursor.rowcount
    cursor.execute(_INSERT_NEW, [root.collection_id])
    return Merged(cursor.rowcount, len(changed) + len(restamped) + restored, vanished)


def mark_folders_vanished(ids: list[int]) -> int:
    """The folders and their images are not there; returns how many images that concerns."""
    return sum(_take_away(ids[i : i + _FOLDERS], False) for i in range(0, len(ids), _FOLDERS))


def mark_folders_there(ids: list[int]) -> None:
    """The folders are there again, though nobody is to look into them."""
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(_MARK_THERE, [ids])


def hide_folders(ids: list[int]) -> int:
    """The folders are there, but their images are no more part of the library."""
    return sum(_take_away(ids[i : i + _FOLDERS], True) for i in range(0, len(ids), _FOLDERS))


def forget_empty_folders(root: LibraryRoot) -> None:
    """Rows of folders that are gone, where no image nor decision hangs on them; deepest first."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET_EMPTY, [root.pk])
        while cursor.rowcount:
            cursor.execute(_FORGET_EMPTY, [root.pk])


def _take_away(ids: list[int], stay: bool) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK_WITHIN, [ids])
        cursor.execute(_MARK_WITHIN, [ids])
        images = int(cursor.rowcount)
        cursor.execute(_MARK_FOLDERS, [stay, ids])
    return images


def _stage(cursor: Any, found: list[tuple[int, Listing]]) -> None:
    """COPY's text format, a folder at a time: half the price of a row at a time."""
    cursor.execute(_STAGE)
    cursor.execute("TRUNCATE scan_stage")
    with cursor.copy(_COPY) as copy:
        for folder_id, listing in found:
            lines = [
                f"{folder_id}\t{_escaped(name)}\t{size}\t{mtime}\t{born}"
                f"\t{_NULL if stamp is None else stamp}\n"
                for name, size, mtime, born, stamp in listing.entries
            ]
            lines += [
                f"{folder_id}\t{_escaped(name)}\t{_NULL}\t{_NULL}\t{_NULL}\t{_NULL}\n"
                for name in listing.unsure
            ]
            copy.write("".join(lines))


def _escaped(name: str) -> str:
    if name.isprintable() and "\\" not in name:
        return name
    return name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def _depth(path: str) -> int:
    return path.count("/") + 1 if path else 0
