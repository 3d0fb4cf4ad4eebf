"""What people said of a collection, read from the database in one moment and written as it comes:
a million images need no more memory than one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from django.db import connection
from django.utils import timezone

import dtoolkit
from dtoolkit.jobs.kinds import Progress
from gallery.backup import files, naming
from gallery.backup.records import Album, Header, ImageWords, Preference, Record, Root, Tag
from gallery.models import Collection
from gallery.scanning.moves.words import PERSON

_FETCHED = 2000
_JSONB = 3802
# A mark for deletion counts where the unavailable scan did not make it.
_MARKED = """(image.is_for_deletion AND NOT EXISTS (
    SELECT FROM gallery_missingmark WHERE image_id = image.id))"""
_DISMISSED = """FROM gallery_duplicatemember AS member
    JOIN gallery_duplicategroup AS other ON other.id = member.group_id
    WHERE member.image_id = image.id AND other.state = 'dismissed'"""
_SAID = f"""
image.collection_id = %(collection)s AND (
    image.rating IS NOT NULL OR image.is_favourite OR image.is_nsfw_said OR {_MARKED}
    OR EXISTS (SELECT FROM gallery_imageedit AS edit WHERE edit.image_id = image.id
        AND (edit.note <> '' OR edit.has_prompt OR edit.has_negative_prompt OR edit.has_date))
    OR EXISTS (SELECT FROM gallery_viewing WHERE image_id = image.id)
    OR EXISTS (SELECT FROM gallery_imagetag WHERE image_id = image.id AND source = %(person)s)
    OR EXISTS (SELECT FROM gallery_caption WHERE image_id = image.id AND source = %(person)s)
    OR EXISTS (SELECT FROM gallery_albumimage WHERE image_id = image.id)
    OR EXISTS (SELECT FROM gallery_importedsidecar WHERE image_id = image.id)
    OR EXISTS (SELECT FROM gallery_stackword WHERE image_id = image.id)
    OR EXISTS (SELECT {_DISMISSED})
    OR image.id IN (SELECT cover_id FROM gallery_album WHERE cover_id IS NOT NULL))
"""  # noqa: S608
_COUNT = f"SELECT count(*) FROM gallery_image AS image WHERE {_SAID}"  # noqa: S608
_IMAGES = f"""
SELECT image.fingerprint, image.size, root.name AS root,
    concat_ws('/', nullif(folder.path, ''), image.name) AS path,
    (SELECT array_agg(other.path) FROM (
        SELECT concat_ws('/', nullif(place.path, ''), copy.name) AS path
        FROM gallery_image AS copy JOIN gallery_folder AS place ON place.id = copy.folder_id
        WHERE copy.fingerprint = image.fingerprint AND copy.id <> image.id
            AND copy.collection_id + 0 = %(collection)s
        ORDER BY copy.id LIMIT 100) AS other) AS others,
    (SELECT array_agg(former.fingerprint) FROM (
        SELECT fingerprint FROM gallery_formercontent
        WHERE image_id = image.id AND fingerprint IS DISTINCT FROM image.fingerprint
        ORDER BY until DESC LIMIT 20) AS former) AS formerly,
    image.rating, image.is_favourite AS favourite,
    CASE WHEN image.is_nsfw_said THEN image.is_nsfw END AS nsfw,
    {_MARKED} AS for_deletion,
    edit.note,
    CASE WHEN edit.has_prompt THEN coalesce(prompt.text, '') END AS prompt,
    CASE WHEN edit.has_negative_prompt THEN coalesce(negative.text, '') END AS negative_prompt,
    CASE WHEN edit.has_date THEN image.created_at END AS created_at,
    CASE WHEN edit.note <> '' OR edit.has_prompt OR edit.has_negative_prompt OR edit.has_date
        THEN edit.edited_at END AS edited_at,
    (SELECT text FROM gallery_caption
        WHERE image_id = image.id AND source = %(person)s) AS caption,
    viewing.viewed_at,
    (SELECT array_agg(tag.name ORDER BY tag.name) FROM gallery_imagetag AS use
        JOIN gallery_tag AS tag ON tag.id = use.tag_id WHERE use.image_id = image.id
        AND use.source = %(person)s AND NOT use.is_denied) AS tags,
    (SELECT array_agg(tag.name ORDER BY tag.name) FROM gallery_imagetag AS use
        JOIN gallery_tag AS tag ON tag.id = use.tag_id WHERE use.image_id = image.id
        AND use.source = %(person)s AND use.is_denied) AS denied_tags,
    (SELECT jsonb_agg(jsonb_build_object('album', album.name, 'position', entry.position)
        ORDER BY album.name) FROM gallery_albumimage AS entry
        JOIN gallery_album AS album ON album.id = entry.album_id
        WHERE entry.image_id = image.id) AS albums,
    (SELECT array_agg(name ORDER BY name) FROM gallery_album
        WHERE cover_id = image.id) AS covers,
    (SELECT jsonb_agg(jsonb_build_object('name', name, 'text', text, 'encoding', encoding,
        'imported_at', imported_at) ORDER BY name)
        FROM gallery_importedsidecar WHERE image_id = image.id) AS sidecars,
    (SELECT array_agg(token ORDER BY token) FROM gallery_stackword
        WHERE image_id = image.id AND word = 'together') AS stacks,
    EXISTS (SELECT FROM gallery_stackword
        WHERE image_id = image.id AND word = 'apart') AS stands_apart,
    (SELECT array_agg(other.token ORDER BY other.token) {_DISMISSED}) AS not_duplicates,
    (SELECT said_at FROM gallery_stackword
        WHERE image_id = image.id AND word = 'cover') AS best_since
FROM gallery_image AS image
JOIN gallery_folder AS folder ON folder.id = image.folder_id
JOIN gallery_libraryroot AS root ON root.id = folder.root_id
LEFT JOIN gallery_imageedit AS edit ON edit.image_id = image.id
LEFT JOIN gallery_viewing AS viewing ON viewing.image_id = image.id
LEFT JOIN gallery_prompt AS prompt ON prompt.id = image.prompt_id AND edit.has_prompt
LEFT JOIN gallery_prompt AS negative
    ON negative.id = image.negative_prompt_id AND edit.has_negative_prompt
WHERE {_SAID}
ORDER BY image.id
"""  # noqa: S608
_PREFERENCES = "SELECT name, value FROM gallery_preference ORDER BY name"
_ROOTS = """
SELECT name, path, is_watched, extensions, ignored, takes_hidden, follows_links,
    coalesce((SELECT jsonb_object_agg(path, treatment) FROM gallery_folder
        WHERE root_id = root.id AND treatment <> ''), '{}') AS treatments
FROM gallery_libraryroot AS root WHERE collection_id = %(collection)s ORDER BY path
"""
_TAGS = """
SELECT name, category, coalesce((SELECT array_agg(alias.name ORDER BY alias.name)
    FROM gallery_tagalias AS alias WHERE alias.tag_id = tag.id), '{}') AS aliases
FROM gallery_tag AS tag
WHERE EXISTS (SELECT FROM gallery_tagalias WHERE tag_id = tag.id)
    OR EXISTS (SELECT FROM gallery_imagetag WHERE tag_id = tag.id AND source = %(person)s)
ORDER BY name
"""
_ALBUMS = """
SELECT name, is_smart, params, position FROM gallery_album
WHERE collection_id = %(collection)s ORDER BY position, name
"""


def make(collection: Collection, path: Path, progress: Progress) -> int:
    """Writes the file whole or not at all; how many images something was said of."""
    with _one_moment() as own, files.replacing(path) as file:
        values = {"collection": collection.pk, "person": PERSON}
        heads = list(_heads(own, values))
        images = int(next(_rows(own, _COUNT, values))["count"])
        counts = {"image": images}
        for head in heads:
            counts[head.kind] = counts.get(head.kind, 0) + 1
        header = Header(
            program=dtoolkit.__version__,
            made_at=timezone.now(),
            collection=collection.slug,
            counts=counts,
        )
        writer = files.Writer(file, header)
        for head in heads:
            writer.put(head)
        for number, row in enumerate(_rows(own, _IMAGES, values), 1):
            writer.put(_words(row))
            if number % _FETCHED == 0:
                progress.report(number, found=images)
        writer.end()
    progress.report(images, found=images)
    return images


@contextmanager
def _one_moment() -> Iterator[Any]:
    """A connection of its own, whose every statement sees the same state of the database; the usual
    one tells the progress meanwhile."""
    own = connection.copy()
    try:
        own.set_autocommit(False)
        with own.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield own
    finally:
        own.close()


def _rows(own: Any, statement: str, values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    with own.chunked_cursor() as cursor:
        cursor.itersize = _FETCHED
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(_FETCHED):
            # Django leaves JSON as text.
            columns = [(each.name, each.type_code == _JSONB) for each in cursor.description]
            for row in rows:
                yield {
                    name: orjson.loads(value) if is_json and value is not None else value
                    for (name, is_json), value in zip(columns, row, strict=True)
                }


def _heads(own: Any, values: dict[str, Any]) -> Iterator[Preference | Root | Tag | Album]:
    for row in _rows(own, _PREFERENCES, values):
        yield Preference.model_validate(row)
    for row in _rows(own, _ROOTS, values):
        yield Root.model_validate(row)
    for row in _rows(own, _TAGS, values):
        yield Tag.model_validate(row)
    for row in _rows(own, _ALBUMS, values):
        params = {str(name): str(value) for name, value in row["params"].items()}
        plain, named = naming.told(own, params)
        yield Album.model_validate({**row, "params": plain, "named": named})


def _words(row: dict[str, Any]) -> Record:
    given = {name: value for name, value in row.items() if value is not None}
    return ImageWords.model_validate(given, strict=False)
