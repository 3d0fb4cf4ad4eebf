"""Marks what was read before somebody chose the NSFW words of the settings."""

from collections.abc import Sequence
from typing import Any

from dtoolkit.core.errors import BadInput
from gallery import preferences
from gallery.actions.base import Params, Part, images
from gallery.actions.marks import Mark
from gallery.models import Collection, Image
from gallery.querysets import ImageQuerySet
from gallery.scanning.saving import nsfw_words
from gallery.scanning.saving.copying import int_array

_DECIDED = "UPDATE gallery_image SET is_nsfw_said = true WHERE id = ANY(%s::bigint[])"


class MarkByWords(Mark):
    """Whoever takes it back has decided, so that no word marks those images again."""

    name = "nsfw-by-words"
    title = "Mark NSFW by words"
    icon = "eye-off"
    is_of_images = False
    fields = ()
    column, kind = "is_nsfw", "boolean"

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        if not preferences.get(preferences.NSFW_WORDS):
            raise BadInput("No word is chosen yet. Write some, save them, then mark the library.")
        return {"value": True}

    def sentence(self, count: int, params: Params) -> str:
        return f"{images(count)} marked NSFW by their words"

    def doing(self, params: Params) -> str:
        return "Marking NSFW by words"

    def scope(self, params: Params, collection: Collection) -> ImageQuerySet:
        words = preferences.get(preferences.NSFW_WORDS)
        waiting = nsfw_words.undecided_with(words)
        return Image.objects.in_collection(collection).filter(waiting)

    def apply(self, cursor: Any, ids: Sequence[int], params: Params) -> list[Part]:
        marked = nsfw_words.mark(cursor, ids)
        return [Part(marked, False, True)] if marked else []

    def restore(self, cursor: Any, part: Part) -> list[int]:
        left = super().restore(cursor, part)
        if part.before is False:
            cursor.execute(_DECIDED, [int_array(set(part.image_ids).difference(left))])
        return left
