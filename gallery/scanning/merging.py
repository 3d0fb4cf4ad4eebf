"""What the walk found, into the database: COPY into a staging table, then one statement each for
what is new, what changed and what vanished."""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from gallery.models import LibraryRoot
from gallery.scanning.walking import Listing

_STAGE = """
CREATE TEMP TABLE IF NOT EXISTS scan_stage (
    folder_id bigint, name text COLLATE "C", size bigint, mtime_ns bigint, born_ns bigint
) ON COMMIT DELETE ROWS
"""
_COPY = "COPY scan_stage (folder_id, name, size, mtime_ns, born_ns) FROM STDIN"
_MOMENT = "timestamptz 'epoch' + (%s / 1000) * interval '1 microsecond'"

# Locks are taken in order of id, by the deep scan too, so that scans cannot wait for each other.
_LOCK_DIFFERENT = """
SELECT FROM gallery_image AS image
LEFT JOIN scan_stage AS stage ON stage.folder_id = image.folder_id AND stage.name = image.name
WHERE image.folder_id = ANY(%s) AND (
    NOT image.is_available OR stage.name IS NULL
    OR (image.size, image.mtime_ns) <> (stage.size, stage.mtime_ns))
ORDER BY image.id FOR NO KEY UPDATE OF image
"""
# What was made of the old content goes; what a person said is not among it.
_UPDATE_CHANGED = f"""
UPDATE gallery_image AS image
SET size = stage.size, mtime_ns = stage.mtime_ns, is_available = true,
    modified_at = {_MOMENT % "stage.mtime_ns"}, created_at = {_MOMENT % "stage.born_ns"},
    read_version = NULL, fingerprint = NULL, thumbnail_version = NULL, phash = NULL
FROM scan_stage AS stage
WHERE image.folder_id = stage.folder_id AND image.name = stage.name
  AND (image.size, image.mtime_ns) <> (stage.size, stage.mtime_ns)
RETURNING image.id
"""  # noqa: S608
_RESTORE = """
UPDATE gallery_image AS image SET is_available = true
FROM scan_stage AS stage
WHERE image.folder_id = stage.folder_id AND image.name = stage.name
  AND NOT image.is_available AND stage.size IS NOT NULL
"""
_FORGET_FAILURES = "DELETE FROM gallery_stagefailure WHERE image_id = ANY(%s)"

_INSERT_NEW = f"""
INSERT INTO gallery_image
    (collection_id, folder_id, name, size, mtime_ns, modified_at, created_at)
SELECT %s, folder_id, name, size, mtime_ns,
    {_MOMENT % "mtime_ns"}, {_MOMENT % "born_ns"}
FROM scan_stage AS stage WHERE size IS NOT NULL {{condition}}
ON CONFLICT (folder_id, name) DO NOTHING
"""  # noqa: S608
_UNLESS_KNOWN = """
  AND NOT EXISTS (SELECT FROM gallery_image AS image
                  WHERE image.folder_id = stage.folder_id AND image.name = stage.name)
"""
_MARK_VANISHED = """
UPDATE gallery_image AS image SET is_available = false
WHERE folder_id = ANY(%s) AND is_available
  AND NOT EXISTS (SELECT FROM scan_stage AS stage
                  WHERE stage.folder_id = image.folder_id AND stage.name = image.name)
"""
_UPDATE_FOLDERS = """
UPDATE gallery_folder AS folder
SET listing_digest = found.digest, image_count = found.images, is_available = true
FROM unnest(%s::bigint[], %s::uuid[], %s::int[]) AS found (id, digest, images)
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
UPDATE gallery_folder SET is_available = false, image_count = 0, listing_digest = NULL
WHERE id = ANY(%s)
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

    def __init__(self, root: LibraryRoot) -> None:
        self._root = root
        self._ids: dict[str, int] = dict(root.folders.values_list("path", "id"))

    def __getitem__(self, path: str) -> int:
        return self._ids[path]

    def ensure(self, paths: list[str]) -> set[str]:
        """Makes rows for `paths` and their parents where there are none; returns the new ones."""
        missing: set[str] = set()
        for path in paths:
            while path not in self._ids and path not in missing:
                missing.add(path)
                path = _parent(path)
        for depth in sorted({_depth(path) for path in missing}):
            self._insert(depth, sorted(path for path in missing if _depth(path) == depth))
        return missing

    def _insert(self, depth: int, paths: list[str]) -> None:
        parents = [self._ids[_parent(path)] if path else None for path in paths]
        names = [path.rpartition("/")[2] or self._root.name for path in paths]
        with connection.cursor() as cursor:
            cursor.execute(_INSERT_FOLDERS, [self._root.pk, depth, parents, paths, names])
            self._ids.update(cursor.fetchall())


def merge(root: LibraryRoot, folder_ids: FolderIds, listings: list[Listing]) -> Merged:
    """One batch in one transaction, digests included: what is marked as seen is in."""
    # COPY goes past Django, so its errors are put into Django's terms here.
    with connection.wrap_database_errors, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(_STAGE)
        new = folder_ids.ensure([listing.path for listing in listings])
        _stage(cursor, folder_ids, listings)
        known = [folder_ids[listing.path] for listing in listings if listing.path not in new]
        merged = Merged()
        if known:
            cursor.execute("ANALYZE scan_stage")
            cursor.execute(_LOCK_DIFFERENT, [known])
            cursor.execute(_UPDATE_CHANGED)
            changed = [row[0] for row in cursor.fetchall()]
            if changed:
                cursor.execute(_FORGET_FAILURES, [changed])
            cursor.execute(_RESTORE)
            merged.changed = len(changed) + cursor.rowcount
            cursor.execute(_MARK_VANISHED, [known])
            merged.vanished = cursor.rowcount
        condition = _UNLESS_KNOWN if known else ""
        cursor.execute(_INSERT_NEW.format(condition=condition), [root.collection_id])
        merged.new = cursor.rowcount
        cursor.execute("TRUNCATE scan_stage")
        cursor.execute(
            _UPDATE_FOLDERS,
            [
                [folder_ids[listing.path] for listing in listings],
                [listing.digest.hex() for listing in listings],
                [len(listing.entries) for listing in listings],
            ],
        )
        unsure = [folder_ids[listing.path] for listing in listings if listing.unsure]
        if unsure:
            cursor.execute(_RECOUNT, [unsure])
    return merged


def mark_folders_vanished(ids: list[int]) -> int:
    """The folders and their images are not there; returns how many images that concerns."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK_WITHIN, [ids])
        cursor.execute(_MARK_WITHIN, [ids])
        images = int(cursor.rowcount)
        cursor.execute(_MARK_FOLDERS, [ids])
    return images


def _stage(cursor: Any, folder_ids: FolderIds, listings: list[Listing]) -> None:
    """COPY's text format, a folder at a time: half the price of a row at a time."""
    with cursor.copy(_COPY) as copy:
        for listing in listings:
            folder_id = folder_ids[listing.path]
            lines = [
                f"{folder_id}\t{_escaped(name)}\t{size}\t{mtime}\t{born}\n"
                for name, size, mtime, born in listing.entries
            ]
            lines += [f"{folder_id}\t{_escaped(name)}\t\\N\t\\N\t\\N\n" for name in listing.unsure]
            copy.write("".join(lines))


def _escaped(name: str) -> str:
    if name.isprintable() and "\\" not in name:
        return name
    return name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _depth(path: str) -> int:
    return path.count("/") + 1 if path else 0
