"""Which images of the library the words of a backup are about: those that hold the same, wherever
they lie; only where asked, those that lie there or, by their SHA-256 or from outside, are the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gallery.backup.records import ImageWords
from gallery.media import digests
from gallery.models import Image

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
# Files that are worth reading whole: of the size that is looked for.
_OF_SIZE = """
SELECT given.n, found.id FROM unnest(%(sizes)s::bigint[]) WITH ORDINALITY AS given (size, n)
CROSS JOIN LATERAL (
    SELECT id FROM gallery_image
    WHERE collection_id = %(collection)s AND size = given.size AND is_available
    ORDER BY id LIMIT %(most)s) AS found
"""
_MOST_OF_SIZE = 50


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
        there, elsewhere = _from_outside(cursor, collection, [words[n] for n in left])
        unsure = [n for n in range(len(left)) if n not in there and words[left[n]].sha256]
        same = _by_digest(cursor, collection, {n: words[left[n]] for n in unsure})
        matches.guessed = {left[n] for n in {**elsewhere, **there} if n not in same}
        matches.images |= {left[n]: ids for n, ids in {**elsewhere, **same, **there}.items()}
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


def _by_digest(
    cursor: Any, collection: int, words: Mapping[int, ImageWords]
) -> dict[int, list[int]]:
    """Of files that hold the same from the first byte to the last; each is read once."""
    known = [n for n, each in words.items() if each.size >= 0]
    if not known:
        return {}
    sizes = [words[n].size for n in known]
    cursor.execute(_OF_SIZE, {"collection": collection, "sizes": sizes, "most": _MOST_OF_SIZE})
    pairs = [(known[number - 1], pk) for number, pk in cursor.fetchall()]
    images = Image.objects.select_related("folder__root").in_bulk({pk for _, pk in pairs})
    digest_of = {pk: digests.sha256(image) for pk, image in images.items()}
    found: dict[int, list[int]] = {}
    for number, pk in pairs:
        if digest_of.get(pk) == words[number].sha256:
            found.setdefault(number, []).append(pk)
    return found


def _from_outside(
    cursor: Any, collection: int, words: Sequence[ImageWords]
) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Those of that path, and those of a name and size that nothing else there has."""
    if not words:
        return {}, {}
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
    return there, lone
