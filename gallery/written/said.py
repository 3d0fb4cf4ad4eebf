"""What the library has to say of images, as a file would carry it."""

from collections.abc import Collection as AnyOf
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from gallery.metadata.writing import FileWords
from gallery.models import FormerContent, ImageEdit, ImageTag
from gallery.scanning.moves.words import PERSON
from gallery.scanning.saving.copying import int_array

# A word's mark is nobody's decision, so it is not written.
_SAID = """
SELECT image.id, image.rating, image.is_favourite,
    CASE WHEN image.is_nsfw_said THEN image.is_nsfw END,
    coalesce(tags.shown, '{}'), coalesce(tags.denied, '{}'), coalesce(edit.note, ''),
    CASE WHEN edit.has_prompt THEN coalesce(prompt.text, '') END,
    CASE WHEN edit.has_negative_prompt THEN coalesce(negative.text, '') END
FROM gallery_image AS image
LEFT JOIN gallery_imageedit AS edit ON edit.image_id = image.id
LEFT JOIN gallery_prompt AS prompt ON prompt.id = image.prompt_id
LEFT JOIN gallery_prompt AS negative ON negative.id = image.negative_prompt_id
LEFT JOIN LATERAL (
    SELECT array_agg(tag.name ORDER BY tag.name) FILTER (WHERE NOT said.is_denied) AS shown,
        array_agg(tag.name ORDER BY tag.name) FILTER (WHERE said.is_denied) AS denied
    FROM gallery_imagetag AS said JOIN gallery_tag AS tag ON tag.id = said.tag_id
    WHERE said.image_id = image.id AND said.source = %(person)s) AS tags ON true
WHERE image.id = ANY(%(ids)s::bigint[])
"""


def of(ids: AnyOf[int]) -> dict[int, FileWords]:
    with connection.cursor() as cursor:
        cursor.execute(_SAID, {"ids": int_array(ids), "person": PERSON})
        return {pk: _words(*row) for pk, *row in cursor.fetchall()}


def something() -> Q:
    """Images of which anything was said that a file can carry."""
    edits = ImageEdit.objects.filter(image=OuterRef("pk"))
    edited = edits.filter(~Q(note="") | Q(has_prompt=True) | Q(has_negative_prompt=True))
    tagged = ImageTag.objects.filter(image=OuterRef("pk"), source=PERSON)
    column = Q(rating__isnull=False) | Q(is_favourite=True) | Q(is_nsfw_said=True)
    return column | Exists(edited) | Exists(tagged)


def was_written() -> Q:
    """Images into whose files something was written; it may have to come out again."""
    return Q(Exists(FormerContent.objects.filter(image=OuterRef("pk"), is_met=True)))


def _words(*row: Any) -> FileWords:
    rating, is_favourite, nsfw, tags, denied, note, prompt, negative = row
    return FileWords(rating, is_favourite, nsfw, tuple(tags), tuple(denied), note, prompt, negative)
