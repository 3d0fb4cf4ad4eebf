"""Which texts wait for a vector in a space, and which were tried too often."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from embeddings import subjects
from embeddings.models import TextFailure
from embeddings.services import weights
from embeddings.spaces import EmbeddingSpace
from gallery.scanning.saving.copying import int_array

MAX_ATTEMPTS = 3
# More than this of a text is not read: what follows says nothing new, and could be megabytes.
READ_CHARS = 20_000

_WAITING = """
SELECT owner.id FROM {owner} AS owner
WHERE {used}
  AND NOT EXISTS (SELECT FROM {table} AS known
      WHERE known.{subject} = owner.id AND known.model_key = %(key)s)
  AND NOT EXISTS (SELECT FROM embeddings_textfailure AS failure
      WHERE failure.space = %(space)s AND failure.subject_id = owner.id
        AND failure.model_key = %(key)s AND failure.attempts >= %(tries)s)
  {among}
ORDER BY owner.id DESC
"""
_USED = "SELECT owner.id FROM {owner} AS owner WHERE {used} {among} ORDER BY owner.id DESC"
_AMONG = "AND owner.id = ANY(%(ids)s::bigint[])"
_OF_IMAGES = """
SELECT DISTINCT {subject} FROM gallery_image AS image
WHERE image.id = ANY(%s::bigint[]) AND {subject} IS NOT NULL ORDER BY 1 DESC
"""
_TEXTS = "SELECT id, left(text, %s) FROM {owner} WHERE id = ANY(%s::bigint[])"
_RECORD = """
INSERT INTO embeddings_textfailure AS old
    (space, subject_id, model_key, reason, attempts, failed_at)
SELECT %(space)s, id, %(key)s, reason, %(attempts)s, now()
FROM unnest(%(ids)s::bigint[], %(reasons)s::text[]) AS new (id, reason) ORDER BY id
ON CONFLICT (space, subject_id) DO UPDATE SET
    model_key = EXCLUDED.model_key,
    reason = EXCLUDED.reason,
    failed_at = EXCLUDED.failed_at,
    attempts = EXCLUDED.attempts
        + CASE WHEN old.model_key = EXCLUDED.model_key THEN old.attempts ELSE 0 END
"""
_FORGET_ORPHANS = """
DELETE FROM embeddings_textfailure AS failure
WHERE space = %s AND NOT EXISTS (SELECT FROM {owner} AS owner WHERE owner.id = subject_id)
"""


def ids(
    space: EmbeddingSpace,
    among: Sequence[int] | None = None,
    *,
    rebuild: bool = False,
    most: int | None = None,
) -> list[int]:
    """Subjects that miss a vector of the present weights, newest first; with `rebuild` all that
    some image uses; no more than `most`. None wait where the weights are missing."""
    key = weights.model_key(space.network)
    if key is None:
        return []
    query = (_USED if rebuild else _WAITING).format(
        owner=subjects.owner_table(space),
        used=subjects.is_used(space),
        table=space.vectors._meta.db_table,
        subject=subjects.column(space),
        among="" if among is None else _AMONG,
    )
    params = {
        "key": key,
        "space": space.name,
        "tries": MAX_ATTEMPTS,
        "ids": int_array(among or ()),
        "most": most,
    }
    return [pk for (pk,) in _rows(f"{query} LIMIT %(most)s", params)]


def is_any(space: EmbeddingSpace) -> bool:
    """Whether `ids` gives some, without reading them all."""
    return bool(ids(space, most=1))


def of_images(space: EmbeddingSpace, image_ids: Sequence[int]) -> list[int]:
    """The texts that these images have."""
    query = _OF_IMAGES.format(subject=subjects.of_image(space))
    return [pk for (pk,) in _rows(query, [int_array(image_ids)])]


def texts(space: EmbeddingSpace, subject_ids: Sequence[int]) -> dict[int, str]:
    """As much of each as is read; those that are gone are left out."""
    query = _TEXTS.format(owner=subjects.owner_table(space))
    return dict(_rows(query, [READ_CHARS, int_array(subject_ids)]))


def record(space: EmbeddingSpace, key: str, reasons: Mapping[int, str], attempts: int = 1) -> None:
    """One more failed attempt (or `attempts`) for each subject in `reasons`."""
    if reasons:
        with connection.cursor() as cursor:
            values: dict[str, Any] = {
                "space": space.name,
                "key": key,
                "attempts": attempts,
                "ids": int_array(reasons),
                "reasons": [reason.replace("\0", "") for reason in reasons.values()],
            }
            cursor.execute(_RECORD, values)


def clear(space: EmbeddingSpace, subject_ids: Sequence[int]) -> None:
    """They went well after all."""
    TextFailure.objects.filter(space=space.name, subject_id__in=subject_ids).delete()


def forget_orphans(space: EmbeddingSpace) -> None:
    """Failures of texts that are no more."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET_ORPHANS.format(owner=subjects.owner_table(space)), [space.name])


def _rows(query: str, params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return list(cursor.fetchall())
