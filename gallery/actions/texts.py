"""What a person writes of images: a note, and prompts in place of those that the file records.

The file's own prompt is kept beside, and comes back when the person's is taken away.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from dtoolkit.core.errors import BadInput
from gallery.actions.base import Action, Params, Part, images
from gallery.actions.values import NegativePromptId, PromptId
from gallery.models import Collection, Image, ImageEdit, Prompt
from gallery.scanning import cleaning
from gallery.scanning.saving import prompts
from gallery.scanning.saving.copying import int_array

MOST_CHARS = 100_000

_NOTES = """
SELECT coalesce(edit.note, ''), array_agg(image.id ORDER BY image.id)
FROM gallery_image AS image LEFT JOIN gallery_imageedit AS edit ON edit.image_id = image.id
WHERE image.id = ANY(%s::bigint[]) GROUP BY 1
"""
_WRITE_NOTE = """
INSERT INTO gallery_imageedit (image_id, note)
SELECT id, %(note)s FROM gallery_image WHERE id = ANY(%(ids)s::bigint[])
ON CONFLICT (image_id) DO UPDATE SET note = EXCLUDED.note, edited_at = now()
"""


class Note(Action):
    name = "note"
    title = "Note"
    icon = "notebook-pen"
    group = "texts"
    form_template = "acts/_note.html"
    fields = ("note",)

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        return {"note": cleaned(values.get("note", ""))}

    def sentence(self, count: int, params: Params) -> str:
        return f"Note on {images(count)} {'written' if params['note'] else 'cleared'}"

    def written(self, image: Image) -> dict[str, str]:
        edit = ImageEdit.objects.filter(image=image).first()
        return {"note": edit.note if edit else ""}

    def apply(self, cursor: Any, ids: Sequence[int], params: Params) -> list[Part]:
        note = params["note"]
        parts = [
            Part(changed, before, note)
            for before, changed in _grouped(cursor, _NOTES, ids)
            if before != note
        ]
        changed = [pk for part in parts for pk in part.image_ids]
        cursor.execute(_WRITE_NOTE, {"note": note, "ids": int_array(changed)})
        return parts

    def restore(self, cursor: Any, part: Part) -> list[int]:
        same = dict(_grouped(cursor, _NOTES, part.image_ids)).get(part.after, [])
        cursor.execute(_WRITE_NOTE, {"note": part.before, "ids": int_array(same)})
        return sorted(set(part.image_ids).difference(same))


class _OfPrompt(Action):
    """`prompt` in a part is the id of the person's text, 0 an empty one, NULL the file's own."""

    group = "texts"
    form_template = "acts/_prompt.html"
    fields = ("text", "original")
    own: ClassVar[str]
    said: ClassVar[PromptId]
    called: ClassVar[str]

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        if values.get("original") == "1":
            return {"text": None}
        return {"text": cleaned(values.get("text", ""))}

    def form_context(self, collection: Collection) -> dict[str, Any]:
        return {"called": self.called}

    def written(self, image: Image) -> dict[str, str]:
        prompt: Prompt | None = getattr(image, self.own)
        return {"text": prompt.text if prompt else ""}

    def sentence(self, count: int, params: Params) -> str:
        if params["text"] is None:
            return f"{self.called} of {images(count)} set back to the file's own"
        return f"{self.called} of {images(count)} edited"

    def apply(self, cursor: Any, ids: Sequence[int], params: Params) -> list[Part]:
        text = params["text"]
        wanted = None if text is None else (prompts.ids_of(cursor, {text})[text] or 0)
        parts = [
            Part(changed, {"prompt": before}, {"prompt": wanted})
            for before, changed in self._now(cursor, ids).items()
            if before != wanted
        ]
        self.write(cursor, [pk for part in parts for pk in part.image_ids], wanted)
        return parts

    def restore(self, cursor: Any, part: Part) -> list[int]:
        same = self._now(cursor, part.image_ids).get(part.after["prompt"], [])
        self.write(cursor, same, part.before["prompt"])
        return sorted(set(part.image_ids).difference(same))

    def _now(self, cursor: Any, ids: Sequence[int]) -> dict[int | None, list[int]]:
        said = self.said.now(cursor, ids)
        groups: dict[int | None, list[int]] = {}
        for pk in sorted(ids):
            groups.setdefault(said.get(pk), []).append(pk)
        return groups

    def write(self, cursor: Any, ids: Sequence[int], prompt: int | None) -> None:
        self.said.write(cursor, dict.fromkeys(ids, prompt))


class EditPrompt(_OfPrompt):
    name = "edit-prompt"
    title = "Edit prompt"
    icon = "pencil"
    keys = ("e",)
    own, said, called = "prompt", PromptId(), "Prompt"


class EditNegativePrompt(_OfPrompt):
    name = "edit-negative-prompt"
    title = "Edit negative prompt"
    icon = "pencil"
    own, said, called = "negative_prompt", NegativePromptId(), "Negative prompt"


def cleaned(value: Any) -> str:
    """As it is kept. Raises `BadInput`."""
    text = cleaning.text(str(value)).replace("\r\n", "\n").strip()
    if len(text) > MOST_CHARS:
        raise BadInput(f"This holds at most {MOST_CHARS:,} characters.")
    return text


def _grouped(cursor: Any, query: str, ids: Sequence[int]) -> list[tuple[Any, list[int]]]:
    cursor.execute(query, [int_array(ids)])
    return list(cursor.fetchall())
