"""From chosen images to what is like them, or less like them."""

from typing import Any, ClassVar

from django.http import QueryDict
from django.urls import reverse

from dtoolkit.core.errors import BadInput
from gallery.actions import Action
from gallery.actions.base import Answer, Params
from gallery.models import Collection, Selection
from gallery.search.query import ResultQuery
from gallery.services import selections

MOST = 50


class MoreLike(Action):
    """Leads to a new result; of many images the first ones stand for them."""

    name = "more-like"
    title = "More like this"
    icon = "sparkles"
    group = "meaning"
    keys: ClassVar[tuple[str, ...]] = ("a",)
    answers = True
    is_frequent = True
    # The query string of the result that is shown.
    fields = ("here",)

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        return {"here": str(values.get("here", "")).removeprefix("?")}

    def sentence(self, count: int, params: Params) -> str:
        return self.title

    def answer(self, selection: Selection, params: Params, *, is_here: bool) -> Answer:
        ids = selections.first_ids(selection, MOST)
        if not ids:
            raise BadInput("No image is selected, or those that were are gone.")
        query = self.query(selection.collection, f"similar:{'|'.join(map(str, ids))}", params)
        library = reverse("library", args=[selection.collection.slug])
        return Answer(url=library + query.querystring())

    def query(self, collection: Collection, term: str, params: Params) -> ResultQuery:
        return ResultQuery(collection).narrowed(term)


class LessLike(MoreLike):
    """Of the result that is shown, so that what it is like already goes on to count."""

    name = "less-like"
    title = "Less like this"
    icon = "circle-minus"
    keys = ()
    is_frequent = False

    def query(self, collection: Collection, term: str, params: Params) -> ResultQuery:
        here = ResultQuery.from_params(QueryDict(params["here"]), collection)
        return here.replace().narrowed(f"-{term}")
