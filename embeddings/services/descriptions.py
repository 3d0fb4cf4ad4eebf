"""Keeps what captions and tags say of each image as one text: made by the database, in stretches of
images, touching only rows that change."""

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import Max, Q

from dtoolkit.jobs.kinds import Progress
from embeddings.models import Described
from gallery.models import Caption, Image, ImageTag
from gallery.querysets import ImageQuerySet
from gallery.scanning.saving.copying import int_array
from gallery.services import selections

STRETCH = 5000
# Rows that a transaction numbered before the last sweep looked, and committed after it.
_OVERLAP = 20_000

# Captions by source, then tags by name, each once: the same words are the same text. What a person
# took away is left out, whoever says it. The images are held, so that none vanishes meanwhile.
_SAY = """
CREATE TEMP TABLE said ON COMMIT DROP AS
WITH image AS MATERIALIZED (
    SELECT id FROM gallery_image WHERE id = ANY(%(ids)s::bigint[]) ORDER BY id FOR KEY SHARE
), caption AS (
    SELECT image_id, string_agg(btrim(text), E'\\n' ORDER BY source, id) AS words
    FROM gallery_caption
    WHERE image_id = ANY(%(ids)s::bigint[]) AND btrim(text) <> '' GROUP BY image_id
), shown AS (
    SELECT image_id, tag_id FROM gallery_imagetag
    WHERE image_id = ANY(%(ids)s::bigint[])
    GROUP BY image_id, tag_id HAVING NOT bool_or(is_denied)
), tagged AS (
    SELECT image_id,
        string_agg(replace(tag.name, '_', ' '), ', ' ORDER BY tag.name COLLATE "C") AS words
    FROM shown JOIN gallery_tag AS tag ON tag.id = tag_id GROUP BY image_id
)
SELECT image.id AS image_id, said.text, md5(said.text)::uuid AS digest
FROM image
LEFT JOIN caption ON caption.image_id = image.id
LEFT JOIN tagged ON tagged.image_id = image.id
CROSS JOIN LATERAL (SELECT concat_ws(E'\\n', caption.words, tagged.words) AS text) AS said
WHERE said.text <> ''
"""
_ADD_TEXTS = """
INSERT INTO embeddings_description (digest, text)
SELECT DISTINCT ON (digest) digest, text FROM said ORDER BY digest
ON CONFLICT (digest) DO NOTHING
"""
_LINK = """
INSERT INTO embeddings_imagedescription AS known (image_id, description_id)
SELECT said.image_id, description.id
FROM said JOIN embeddings_description AS description USING (digest)
LEFT JOIN embeddings_imagedescription AS own ON own.image_id = said.image_id
WHERE own.description_id IS DISTINCT FROM description.id
ORDER BY said.image_id
ON CONFLICT (image_id) DO UPDATE SET description_id = EXCLUDED.description_id
"""
_UNLINK = """
DELETE FROM embeddings_imagedescription
WHERE image_id = ANY(%(ids)s::bigint[]) AND image_id NOT IN (SELECT image_id FROM said)
"""
# As the server counts them for its own vacuum.
_CHANGES = """
SELECT coalesce(sum(n_tup_upd + n_tup_del), 0) FROM pg_stat_user_tables
WHERE relid IN ('gallery_imagetag'::regclass, 'gallery_caption'::regclass)
"""
_FORGET_ORPHANS = """
DELETE FROM embeddings_description AS description WHERE NOT EXISTS (
    SELECT FROM embeddings_imagedescription AS used WHERE used.description_id = description.id)
"""


def sweep(progress: Progress) -> int:
    """Every image of which something was said since the last sweep, and all of them where something
    was changed or taken away; how many rows changed. Raises `JobCancelled`; what is done stays."""
    now = _now()
    before = Described.objects.first()
    if before is None or before.changes != now.changes:
        ids = Image.objects.order_by("pk")
    else:
        ids = _spoken_of(before)
    changed, done = 0, 0
    for stretch in selections.batches_of(ids, STRETCH):
        changed += of_images(stretch)
        done += len(stretch)
        progress.report(done, found=done)
        progress.check()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FORGET_ORPHANS)
        Described.objects.update_or_create(
            pk=1,
            defaults={
                "tag_id": now.tag_id,
                "caption_id": now.caption_id,
                "changes": now.changes,
            },
        )
    return changed


def are_due() -> bool:
    """Whether anything was said, changed or taken away since the last sweep."""
    now, before = _now(), Described.objects.first()
    return before is None or (now.tag_id, now.caption_id, now.changes) != (
        before.tag_id,
        before.caption_id,
        before.changes,
    )


def _now() -> Described:
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES)
        (changes,) = cursor.fetchone()
    newest = {
        model: model.objects.aggregate(newest=Max("pk"))["newest"] or 0
        for model in (ImageTag, Caption)
    }
    return Described(tag_id=newest[ImageTag], caption_id=newest[Caption], changes=changes)


def _spoken_of(before: Described) -> ImageQuerySet:
    tagged = ImageTag.objects.filter(pk__gt=before.tag_id - _OVERLAP).values("image")
    told = Caption.objects.filter(pk__gt=before.caption_id - _OVERLAP).values("image")
    return Image.objects.filter(Q(pk__in=tagged) | Q(pk__in=told))


def of_images(image_ids: Sequence[int]) -> int:
    """How many rows changed."""
    ids = {"ids": int_array(image_ids)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS said")
        cursor.execute(_SAY, ids)
        cursor.execute("ANALYZE said")
        cursor.execute(_ADD_TEXTS)
        cursor.execute(_LINK)
        linked: int = cursor.rowcount
        cursor.execute(_UNLINK, ids)
        unlinked: int = cursor.rowcount
        return linked + unlinked
