"""Acts on the images of what was chosen in a list of other things: prompts, model files."""

import re
from itertools import islice

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from dtoolkit.core.errors import BadInput
from gallery import actions
from gallery.actions.marks import Mark
from gallery.models import Collection
from gallery.querysets import ImageQuerySet
from gallery.search.query import ResultQuery
from gallery.services import selections

# Groups of actions that stand in the bar itself, the others behind More.
_AT_ONCE = {"mark", "albums", "tags"}
_IDS = re.compile(r"\d{1,18}", re.ASCII)


def chosen(values: QueryDict, most: int) -> list[int]:
    """The ids sent as `chosen`, once each. Raises `BadInput`."""
    texts = values.getlist("chosen")
    if len(texts) > most:
        raise BadInput(f"At most {most:,} at once.")
    if not all(_IDS.fullmatch(text) for text in texts):
        raise BadInput("`chosen` are numbers.")
    return sorted({int(text) for text in texts})


def bar(
    request: HttpRequest, collection: Collection, images: ImageQuerySet, said: str, many: int
) -> HttpResponse:
    """Their images as a selection of its own, with what can be done to it; of none an empty bar."""
    context = {"collection": collection, "slug": collection.slug, "said": said, "many": many}
    if not many:
        return render(request, "acts/_on_images.html", {**context, "selection": None})
    ids = list(
        islice(images.order_by("pk").values_list("pk", flat=True), selections.MOST_PICKED + 1)
    )
    selection = selections.begin(ResultQuery(collection))
    selection = selections.pick(selection, ids, is_chosen=True)
    offered = [action for action in actions.all_actions() if is_offered(action)]
    context |= {
        "selection": selection,
        "count": selections.count(selection),
        "actions": [action for action in offered if action.group in _AT_ONCE],
        "others": [action for action in offered if action.group not in _AT_ONCE],
    }
    return render(request, "acts/_on_images.html", context)


def is_offered(action: actions.Action) -> bool:
    """A form, a rating or a switch; what answers only in the library is left to it."""
    return bool(action.form_template) or isinstance(action, Mark)
