"""Which images of the library the words of a backup are about: those that hold the same, wherever
they lie; only where asked, those that look the same from outside."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gallery.backup.records import ImageWords

# + 0 has each content looked up by its index. What a file held before words were written into it
# is the same picture.
_BY_CONTENT = """
WITH given AS (
    SELECT * FROM unnest(%(fingerprints)s::uuid[]) WITH ORDINALITY AS given (fingerprint, n)),
found AS (
    SELECT given.n, image.id FROM given
    JOIN gallery_image AS image ON image.fingerprint = given.fingerprint
    UNION
    SELECT given.n, former.image_id FROM given
    JOIN gallery_formercontent AS former ON former.fingerprint = given.fingerprint)
SELECT found.n, image.id, concat_ws('/', nullif(folder.path, ''), image.name)
FROM found
JOIN gallery_image AS image ON image.id = found.id AND image.collection_id + 0 = %(collection)s
JOIN gallery_folder AS folder ON folder.id = image.folder_id
ORDER BY found.n, image.id
"""
# The same path below the root, or from the top, is better than only the name; `way` tells which.
_FROM_OUTSIDE = """
SELECT given.n, image.id,
    given.path IN (place.path, concat_ws('/', root.path, place.path)) AS is_there
FROM unnest(%(names)s::text[], %(paths)s::text[], %(sizes)s::bigint[])
    WITH ORDINALITY AS given (name, path, size, n)
JOIN gallery_image AS image ON image.collection_id = %(collection)s AND image.name = given.name
    AND (given.size < 0 OR image.size = given.size)
JOIN gallery_folder AS folder ON folder.id = image.folder_id
JOIN gallery_libraryroot AS root ON root.id = folder.root_id
CROSS JOIN LATERAL (
    SELECT concat_ws('/', nullif(folder.path, ''), image.name) AS path) AS place
ORDER BY given.n, image.id
"""


@dataclass(slots=True)
class Matches:
    """Ids of images by the number of the record; of the `guessed` ones the content is another."""

    images: dict[int, list[int]] = field(default_factory=dict)
    guessed: set[int] = field(default_factory=set)


def match(
    cursor: Any, collection: int, words: Sequence[ImageWords], *, by_path: bool = False
) -> Matches:
    matches = Matches(_by_content(cursor, collection, words))
    if by_path:
        left = [n for n in range(len(words)) if n not in matches.images]
        guesses = _from_outside(cursor, collection, [words[n] for n in left])
        matches.guessed = {left[n] for n in guesses}
        matches.images |= {left[n]: ids for n, ids in guesses.items()}
    return matches


def _by_content(cursor: Any, collection: int, words: Sequence[ImageWords]) -> dict[int, list[int]]:
    """All copies, but for those of which other words were said where the backup was made."""
    contents = [
        (n, content)
        for n, each in enumerate(words)
        for content in (each.fingerprint, *each.formerly)
        if content
    ]
    if not contents:
        return {}
    fingerprints = [content for _, content in contents]
    cursor.execute(_BY_CONTENT, {"collection": collection, "fingerprints": fingerprints})
    found: dict[int, dict[int, None]] = {}
    for number, pk, path in cursor.fetchall():
        n = contents[number - 1][0]
        if path == words[n].path or path not in words[n].others:
            found.setdefault(n, {})[pk] = None
    return {n: list(ids) for n, ids in found.items()}


def _from_outside(
    cursor: Any, collection: int, words: Sequence[ImageWords]
) -> dict[int, list[int]]:
    if not words:
        return {}
    values = {
        "collection": collection,
        "names": [each.name for each in words],
        "paths": [each.path for each in words],
        "sizes": [each.size for each in words],
    }
    cursor.execute(_FROM_OUTSIDE, values)
    there: dict[int, list[int]] = {}
    elsewhere: dict[int, list[int]] = {}
    for number, pk, is_there in cursor.fetchall():
        (there if is_there else elsewhere).setdefault(number - 1, []).append(pk)
    # A name and a size that several have tell nothing.
    lone = {n: ids for n, ids in elsewhere.items() if len(ids) == 1 and words[n].size >= 0}
    return {**lone, **there}
