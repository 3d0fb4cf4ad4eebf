"""Details of any number of images at once: prompts, note, tags, rating, date."""

from collections.abc import Sequence
from typing import Any

from gallery.actions import composed
from gallery.actions.base import Action, Params, Part, images
from gallery.actions.tags import shown
from gallery.actions.values import Said
from gallery.editing import asked, preview
from gallery.editing.rewriting import TextChange
from gallery.editing.steps import DATE, TEXTS
from gallery.models import Collection, Selection
from gallery.services import selections

_SAID: dict[str, Said] = {
    said.name: said for said in (*(step.said for step in TEXTS.values()), DATE.said)
}


class EditDetails(Action):
    """Each field is left alone, or changed in its own way; what was changed since by somebody else
    is left by undo, field by field."""

    name = "edit-details"
    title = "Edit details"
    icon = "list-checks"
    keys = ("Shift+e",)
    group = "texts"
    form_template = "acts/_edit_details.html"
    fields = asked.FIELDS
    batch_size = 2000
    # Adding the same words or hours a second time would add them twice.
    is_repeatable = False

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        return asked.params_of(values)

    def sentence(self, count: int, params: Params) -> str:
        return f"{images(count)} edited: {told(params)}"

    def doing(self, params: Params) -> str:
        return f"Editing {told(params)}"

    def form_about(self, selection: Selection, values: dict[str, Any]) -> dict[str, Any]:
        return {
            "preview": preview.of(selections.images(selection), values),
            "texts": [
                {
                    "name": name,
                    "label": step.label,
                    **{part: values.get(f"{name}_{part}", "") for part in asked.TEXT_PARTS},
                }
                for name, step in TEXTS.items()
            ],
            "ratings": range(1, 11),
        }

    def apply(self, cursor: Any, ids: Sequence[int], params: Params) -> list[Part]:
        parts: list[Part] = []
        for name, step in TEXTS.items():
            if name in params:
                now, after = step.write(cursor, ids, TextChange.read(params[name]))
                parts += [step.said.part(now, after)] if after else []
        for act in ("add_tags", "remove_tags"):
            if act in params:
                name = act.replace("_", "-")
                parts += composed.apply(cursor, name, ids, {"tags": params[act]})
        if "rating" in params:
            parts += composed.apply(cursor, "rate", ids, {"value": params["rating"]})
        if "date" in params:
            now, after = DATE.write(cursor, ids, params["date"])
            parts += [DATE.said.part(now, after)] if after else []
        return parts

    def restore(self, cursor: Any, part: Part) -> list[int]:
        if composed.is_ours(part):
            return composed.restore(cursor, part)
        return _SAID[part.before["what"]].restore(cursor, part)


def told(params: Params) -> str:
    """'prompt, tags +fox, rating 8', in the order of the form."""
    words = [TEXTS[name].label.lower() for name in TEXTS if name in params]
    tags = [f"+{shown([tag])}" for tag in params.get("add_tags", ())]
    tags += [f"\N{MINUS SIGN}{shown([tag])}" for tag in params.get("remove_tags", ())]
    if tags:
        words.append("tags " + " ".join(tags[:5]) + (" …" if len(tags) > 5 else ""))
    if "rating" in params:
        words.append(f"rating {params['rating'] or 'cleared'}")
    if "date" in params:
        words.append("date")
    return ", ".join(words)
