"""What people do with stacks: put images together, take one out, choose the best."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import uuid4

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from dtoolkit.core.errors import BadInput
from gallery.actions.base import Action, Answer, Params, Part, images
from gallery.families import words
from gallery.families.words import Row
from gallery.models import Collection, Selection, Stacked, StackWord
from gallery.models.families import NO_TOKEN
from gallery.services import selections

_APART, _TOGETHER, _BEST = (StackWord.Word[name].value for name in ("APART", "TOGETHER", "COVER"))
_STACKED = Q(version__isnull=False) | Q(idea__isnull=False)


class _OnStack(Action):
    """Rows that were said and rows that were taken back, image by image."""

    group = "stacks"
    fields: ClassVar[tuple[str, ...]] = ()

    def restore(self, cursor: Any, part: Part) -> list[int]:
        return restore(cursor, part)


class Stack(_OnStack):
    """Each of them with all that it is stacked with already."""

    name = "stack"
    title = "Put into one stack"
    icon = "layers"

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        return {"token": str(uuid4())}

    def sentence(self, count: int, params: Params) -> str:
        return f"{images(count)} put into one stack"

    def doing(self, params: Params) -> str:
        return "Putting images into one stack"

    def prepare(self, selection: Selection, params: Params) -> None:
        if len(selections.first_ids(selection, 2)) < 2:
            raise BadInput("A stack has two images or more: select those that belong together.")

    def apply(self, cursor: Any, ids: Sequence[int], params: Params) -> list[Part]:
        return put_together(cursor, ids, params["token"])


class Unstack(_OnStack):
    """It stands alone from now on, whatever a machine finds."""

    name = "unstack"
    title = "Take out of its stack"
    icon = "circle-minus"

    def sentence(self, count: int, params: Params) -> str:
        its = "its stack" if count == 1 else "their stacks"
        return f"{images(count)} taken out of {its}"

    def doing(self, params: Params) -> str:
        return "Taking images out of their stacks"

    def apply(self, cursor: Any, ids: Sequence[int], params: Params) -> list[Part]:
        held = _stacked(ids)
        said = words.read(cursor, held, _TOGETHER, _BEST)
        return _change(cursor, said, [(pk, _APART, str(NO_TOKEN), None) for pk in held])


class Best(_OnStack):
    """Of several of one stack the one that was chosen last."""

    name = "stack-best"
    title = "Best of its stack"
    icon = "circle-check"

    def sentence(self, count: int, params: Params) -> str:
        its = "its stack" if count == 1 else "their stacks"
        return f"{images(count)} chosen as the best of {its}"

    def doing(self, params: Params) -> str:
        return "Choosing the best"

    def apply(self, cursor: Any, ids: Sequence[int], params: Params) -> list[Part]:
        held = _stacked(ids)
        said = words.read(cursor, held, _BEST)
        return _change(cursor, said, [(pk, _BEST, str(NO_TOKEN), None) for pk in held])


class Siblings(Action):
    """Leads to all that is one idea with the image."""

    name = "siblings"
    title = "Show its siblings"
    icon = "boxes"
    group = "stacks"
    keys = ("o",)
    answers = True
    fields = ()

    def sentence(self, count: int, params: Params) -> str:
        return self.title

    def answer(self, selection: Selection, params: Params, *, is_here: bool) -> Answer:
        chosen = selections.first_ids(selection, 1)
        if not chosen:
            raise BadInput("No image is selected, or those that were are gone.")
        if not _stacked(chosen):
            return Answer(text="It has no siblings: nothing else was made like it.")
        library = reverse("library", args=[selection.collection.slug])
        return Answer(url=f"{library}?{urlencode({'q': f'idea:{chosen[0]}'})}")


def put_together(cursor: Any, ids: Sequence[int], token: str) -> list[Part]:
    """Those with one token are one stack, with all that they are stacked with already."""
    apart = words.read(cursor, ids, _APART)
    return _change(cursor, apart, [(pk, _TOGETHER, token, None) for pk in ids])


def restore(cursor: Any, part: Part) -> list[int]:
    """Whoever was said something else of since stays."""
    gone = {row[0] for row in words.drop(cursor, part.after["words"])}
    left = {row[0] for row in part.after["words"]} - gone
    words.put(cursor, [row for row in part.before["words"] if row[0] not in left])
    words.follow(cursor, part.image_ids)
    return sorted(left)


def _change(cursor: Any, dropped: Sequence[Row], added: Sequence[Row]) -> list[Part]:
    before = words.drop(cursor, dropped)
    after = words.put(cursor, added)
    ids = sorted({row[0] for row in (*before, *after)})
    words.follow(cursor, ids)
    return [Part(ids, {"words": before}, {"words": after})] if ids else []


def _stacked(ids: Sequence[int]) -> list[int]:
    held = Stacked.objects.filter(_STACKED, pk__in=ids)
    return list(held.order_by("pk").values_list("pk", flat=True))
