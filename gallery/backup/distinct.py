"""Images that a person said to be no duplicates of each other."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gallery.actions.base import Part
from gallery.backup.options import Tally
from gallery.backup.records import ImageWords
from gallery.scanning.saving.copying import int_array

WHAT = "distinct"

_KNOWN = """
SELECT member.image_id, other.token::text FROM gallery_duplicatemember AS member
JOIN gallery_duplicategroup AS other ON other.id = member.group_id
WHERE member.image_id = ANY(%s::bigint[]) AND other.state = 'dismissed'
"""
# A group that was asked about again here is said so again; in order of token, as all locks here.
_GROUPS = """
INSERT INTO gallery_duplicategroup (token, collection_id, channel, distance, state, is_confirmed)
SELECT given.token, image.collection_id, 'restored', 0, 'dismissed', false
FROM unnest(%(ids)s::bigint[], %(tokens)s::uuid[]) AS given (id, token)
JOIN gallery_image AS image ON image.id = given.id GROUP BY 1, 2 ORDER BY 1
ON CONFLICT (collection_id, token) DO UPDATE SET state = 'dismissed'
"""
_ADD = """
INSERT INTO gallery_duplicatemember (group_id, image_id, distance)
SELECT other.id, given.id, 0
FROM unnest(%(ids)s::bigint[], %(tokens)s::uuid[]) AS given (id, token)
JOIN gallery_duplicategroup AS other ON other.token = given.token
JOIN gallery_image AS image ON image.id = given.id AND image.collection_id = other.collection_id
ORDER BY 1, 2 ON CONFLICT (group_id, image_id) DO NOTHING
"""
_DROP = """
DELETE FROM gallery_duplicatemember AS member
USING unnest(%(ids)s::bigint[], %(tokens)s::uuid[]) AS given (id, token)
JOIN gallery_duplicategroup AS other ON other.token = given.token
WHERE member.group_id = other.id AND member.image_id = given.id
"""
_DROP_EMPTY = """
DELETE FROM gallery_duplicategroup AS other WHERE token = ANY(%(tokens)s::uuid[])
    AND NOT EXISTS (SELECT FROM gallery_duplicatemember WHERE group_id = other.id)
"""


def add(
    cursor: Any, targets: Mapping[int, ImageWords], tally: Tally, *, dry: bool
) -> Iterator[Part]:
    given = {pk: words for pk, words in targets.items() if words.not_duplicates}
    if not given:
        return
    cursor.execute(_KNOWN, [int_array(given)])
    known = set(cursor.fetchall())
    rows = [
        (pk, str(token))
        for pk, words in given.items()
        for token in words.not_duplicates
        if (pk, str(token)) not in known
    ]
    tally.given["images said to be no duplicates"] += len(rows)
    if rows and not dry:
        turn(cursor, rows, is_there=True)
        state = {"what": WHAT, "rows": [list(row) for row in rows]}
        ids = sorted({pk for pk, _ in rows})
        yield Part(ids, {**state, "is_there": False}, {**state, "is_there": True})


def turn(cursor: Any, rows: Sequence[Sequence[Any]], *, is_there: bool) -> None:
    ids, tokens = (list(column) for column in zip(*rows, strict=True))
    for statement in (_GROUPS, _ADD) if is_there else (_DROP, _DROP_EMPTY):
        cursor.execute(statement, {"ids": ids, "tokens": tokens})
