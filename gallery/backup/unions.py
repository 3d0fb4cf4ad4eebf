"""What is said of an image in any number: tags, albums, covers, imported sidecars. They are joined;
each addition is a part that the house's own acts know how to take back."""

from collections.abc import Iterator, Mapping
from typing import Any

from dtoolkit.core import paths
from gallery.actions import tags
from gallery.actions.albums import put_back
from gallery.actions.base import Part
from gallery.backup.options import Options, Prefer, Tally
from gallery.backup.records import ImageWords
from gallery.families import words as words_of_stacks
from gallery.scanning.saving.copying import int_array

Targets = Mapping[int, ImageWords]

_KNOWN_TAGS = """
SELECT name, id FROM gallery_tag WHERE name = ANY(%(names)s::text[])
UNION ALL
SELECT name, tag_id FROM gallery_tagalias WHERE name = ANY(%(names)s::text[])
"""
# In order of name, as all locks here.
_ADD_TAGS = """
INSERT INTO gallery_tag (name, category)
SELECT name, '' FROM unnest(%s::text[]) AS name ORDER BY name ON CONFLICT (name) DO NOTHING
"""
_HELD = """
SELECT image_id FROM gallery_albumimage WHERE album_id = %s AND image_id = ANY(%s::bigint[])
"""
_COVERS = "SELECT cover_id FROM gallery_album WHERE id = %s FOR NO KEY UPDATE"
_SET_COVER = "UPDATE gallery_album SET cover_id = %s WHERE id = %s"
_KNOWN_SIDECARS = """
SELECT image_id, name FROM gallery_importedsidecar WHERE image_id = ANY(%s::bigint[])
"""
_ADD_SIDECARS = """
INSERT INTO gallery_importedsidecar (image_id, name, text, encoding, imported_at)
SELECT image.id, given.name, given.text, given.encoding, given.at
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::timestamptz[])
    AS given (id, name, text, encoding, at)
JOIN gallery_image AS image ON image.id = given.id
ON CONFLICT (image_id, name) DO NOTHING
"""
# Only what it still says.
_DROP_SIDECARS = """
DELETE FROM gallery_importedsidecar AS sidecar
USING unnest(%s::bigint[], %s::text[], %s::text[]) AS given (id, name, text)
WHERE sidecar.image_id = given.id AND sidecar.name = given.name AND sidecar.text = given.text
"""
# With the last one gone too.
_PARSE_AGAIN = """
WITH due AS (
    UPDATE gallery_image SET parse_version = 0 WHERE id = ANY(%s::bigint[]) RETURNING folder_id)
UPDATE gallery_libraryroot SET parsed_with = 0
WHERE id IN (SELECT root_id FROM gallery_folder WHERE id IN (SELECT folder_id FROM due))
"""
SIDECARS = "sidecars"


def add_tags(
    cursor: Any, targets: Targets, options: Options, tally: Tally, *, dry: bool
) -> Iterator[Part]:
    wanted: dict[str, dict[str, list[int]]] = {}
    for pk, words in targets.items():
        for name in words.tags:
            wanted.setdefault(name, {}).setdefault(tags.SHOWS, []).append(pk)
        for name in words.denied_tags:
            wanted.setdefault(name, {}).setdefault(tags.DENIED, []).append(pk)
    known = _tags(cursor, list(wanted), dry=dry)
    for name in sorted(wanted):
        for said, ids in wanted[name].items():
            if name in known:
                yield from _say(cursor, (known[name], name), ids, said, options, tally, dry=dry)
            else:
                tally.given["tags"] += len(ids)


def _say(
    cursor: Any,
    tag: tuple[int, str],
    ids: list[int],
    wanted: str,
    options: Options,
    tally: Tally,
    *,
    dry: bool,
) -> Iterator[Part]:
    pk, name = tag
    changed: dict[str, list[int]] = {}
    for image, (said, _) in tags.states(cursor, ids, pk).items():
        if said == wanted:
            continue
        if said != tags.NOTHING:
            tally.clash("tags", f"{paths.display(name)} is said and denied of image {image}")
            if options.prefer != Prefer.BACKUP:
                continue
        changed.setdefault(said, []).append(image)
    for said, images in changed.items():
        tally.given["tags"] += len(images)
        if not dry:
            tags.say(cursor, images, pk, wanted)
            state = {"what": tags.AddTags.name, "tag": pk}
            yield Part(images, {**state, "said": said}, {**state, "said": wanted})


def _tags(cursor: Any, names: list[str], *, dry: bool) -> dict[str, int]:
    cursor.execute(_KNOWN_TAGS, {"names": names})
    known = dict(cursor.fetchall())
    missing = [name for name in names if name not in known]
    if missing and not dry:
        cursor.execute(_ADD_TAGS, [missing])
        cursor.execute(_KNOWN_TAGS, {"names": missing})
        known |= dict(cursor.fetchall())
    return known


def add_to_albums(
    cursor: Any, targets: Targets, albums: Mapping[str, int], tally: Tally, *, dry: bool
) -> Iterator[Part]:
    """`albums` are ids by the backup's names; an album that is gone since takes nothing."""
    wanted: dict[str, dict[int, float]] = {}
    for pk, words in targets.items():
        for entry in words.albums:
            wanted.setdefault(entry.album, {})[pk] = entry.position
    for name, positions in wanted.items():
        if name not in albums:
            if dry:
                tally.given["places in albums"] += len(positions)
            continue
        album = albums[name]
        cursor.execute(_HELD, [album, int_array(positions)])
        held = {pk for (pk,) in cursor.fetchall()}
        new = {pk: at for pk, at in positions.items() if pk not in held}
        tally.given["places in albums"] += len(new)
        if new and not dry:
            cursor.execute("SELECT FROM gallery_album WHERE id = %s FOR NO KEY UPDATE", [album])
            if not cursor.rowcount:
                continue
            done = put_back(cursor, album, list(new), list(new.values()))
            state = {"what": "add-to-album", "album": album}
            after = {**state, "positions": [new[pk] for pk in done]}
            yield Part(done, {**state, "positions": None}, after)


def add_stacks(cursor: Any, targets: Targets, tally: Tally, *, dry: bool) -> Iterator[Part]:
    """Whoever was put together is again; who was taken out here since stays out."""
    apart = {row[0] for row in words_of_stacks.read(cursor, list(targets), "apart")}
    known = {(row[0], row[2]) for row in words_of_stacks.read(cursor, list(targets), "together")}
    rows = [
        (pk, "together", str(token), None)
        for pk, words in targets.items()
        for token in words.stacks
        if pk not in apart and (pk, str(token)) not in known
    ]
    if not rows:
        return
    tally.given["places in stacks"] += len(rows)
    if not dry:
        added = words_of_stacks.put(cursor, rows)
        ids = sorted({row[0] for row in added})
        words_of_stacks.follow(cursor, ids)
        state = {"what": "stack"}
        yield Part(ids, {**state, "words": []}, {**state, "words": added})


def set_covers(
    cursor: Any,
    targets: Targets,
    albums: Mapping[str, int],
    options: Options,
    tally: Tally,
    *,
    dry: bool,
) -> Iterator[Part]:
    for pk, words in targets.items():
        for name in words.covers:
            if name not in albums:
                continue
            cursor.execute(_COVERS, [albums[name]])
            row = cursor.fetchone()
            if row is None or row[0] == pk:
                continue
            if row[0] is not None:
                tally.clash("covers", f"{paths.display(name)} has another cover")
                if options.prefer != Prefer.BACKUP:
                    continue
            tally.given["covers"] += 1
            if not dry:
                cursor.execute(_SET_COVER, [pk, albums[name]])
                state = {"what": "cover-album", "album": albums[name]}
                yield Part([], {**state, "value": row[0]}, {**state, "value": pk})


def add_sidecars(cursor: Any, targets: Targets, tally: Tally, *, dry: bool) -> Iterator[Part]:
    """Their images are parsed again when the restoring ends."""
    given = {pk: words for pk, words in targets.items() if words.sidecars}
    if not given:
        return
    cursor.execute(_KNOWN_SIDECARS, [int_array(given)])
    known = set(cursor.fetchall())
    rows = [
        (pk, each.name, each.text, each.encoding, each.imported_at.isoformat())
        for pk, words in given.items()
        for each in words.sidecars
        if (pk, each.name) not in known
    ]
    tally.given["sidecars"] += len(rows)
    if rows and not dry:
        ids = sorted({row[0] for row in rows})
        state = {"what": SIDECARS, "rows": [list(row) for row in rows]}
        turn_sidecars(cursor, rows, is_there=True)
        yield Part(ids, {**state, "is_there": False}, {**state, "is_there": True})


def turn_sidecars(cursor: Any, rows: list[Any], *, is_there: bool) -> None:
    columns = [list(column) for column in zip(*rows, strict=True)]
    statement = _ADD_SIDECARS if is_there else _DROP_SIDECARS
    cursor.execute(statement, columns if is_there else columns[:3])
    cursor.execute(_PARSE_AGAIN, [int_array(set(columns[0]))])
