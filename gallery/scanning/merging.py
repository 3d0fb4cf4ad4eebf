"""What the walk found, into the database: new folders by COPY, known ones by COPY into a staging
table and one statement each for what is new, what changed and what vanished."""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from dtoolkit.core.errors import NotFound
from gallery.models import LibraryRoot
from gallery.scanning.copying import copy_new
from gallery.scanning.walking import Listing

_STAGE = """
CREATE TEMP TABLE IF NOT EXISTS scan_stage (
    folder_id bigint, name text COLLATE "C", size bigint, mtime_ns bigint, born_ns bigint
)
"""
_COPY = "COPY scan_stage (folder_id, name, size, mtime_ns, born_ns) FROM STDIN"
_MOMENT = "timestamptz 'epoch' + (%s / 1000) * interval '1 microsecond'"

# No constraint ties an image to its folder, so that none is written below a removed one.
_HOLD_FOLDERS = "SELECT FROM gallery_folder WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"
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
    if changed:
        cursor.execute(_FORGET_FAILURES, [changed])
    cursor.execute(_RESTORE)
    restored = cursor.rowcount
    cursor.execute(_MARK_VANISHED, [ids])
    vanished = cursor.rowcount
    cursor.execute(_INSERT_NEW, [root.collection_id])
    return Merged(cursor.rowcount, len(changed) + restored, vanished)


def mark_folders_vanished(ids: list[int]) -> int:
    """The folders and their images are not there; returns how many images that concerns."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK_WITHIN, [ids])
        cursor.execute(_MARK_WITHIN, [ids])
        images = int(cursor.rowcount)
        cursor.execute(_MARK_FOLDERS, [ids])
    return images


def _stage(cursor: Any, found: list[tuple[int, Listing]]) -> None:
    """COPY's text format, a folder at a time: half the price of a row at a time."""
    cursor.execute(_STAGE)
    cursor.execute("TRUNCATE scan_stage")
    with cursor.copy(_COPY) as copy:
        for folder_id, listing in found:
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
