"""What can be done to a selection with regard to vectors; no image is changed by it."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from dtoolkit.core.errors import BadInput
from embeddings.services import downloads, readiness, starting
from embeddings.spaces import SPACES
from gallery.actions import Action, Answer
from gallery.actions.base import Params, images
from gallery.models import Collection, Selection
from gallery.services import selections


class _OfVectors(Action):
    group = "files"
    answers = True

    def sentence(self, count: int, params: Params) -> str:
        return self.title


class EmbedFirst(_OfVectors):
    """Before all others: beside what runs, not behind it."""

    name = "embed-first"
    title = "Embed first"
    icon = "layers"

    def answer(self, selection: Selection, params: Params, *, is_here: bool) -> Answer:
        reasons = {space.name: readiness.why_not(space) for space in SPACES.values()}
        ready = [space for space in SPACES.values() if not reasons[space.name]]
        if not ready:
            raise BadInput(f"{next(iter(reasons.values()))}")
        count = selections.count(selection)
        if not count.value:
            raise BadInput("No image is selected, or those that were are gone.")
        starting.start_first(selections.freeze(selection), ready)
        about = "" if count.is_exact else "about "
        return Answer(text=f"Embedding {about}{images(count.value)} first.")


class ExportEmbeddings(_OfVectors):
    """Leads to the file, which is made when it is fetched."""

    name = "export-embeddings"
    title = "Export embeddings"
    icon = "download"
    form_template = "embeddings/_export.html"
    fields = ("format",)

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        return {"format": downloads.form(str(values.get("format", "json")))}

    def form_about(self, selection: Selection, values: dict[str, Any]) -> dict[str, Any]:
        return {"forms": downloads.MOST.items()}

    def answer(self, selection: Selection, params: Params, *, is_here: bool) -> Answer:
        """Of the images as they are chosen now, whatever is chosen later."""
        downloads.check(selection, params["format"])
        token = str(selections.freeze(selection).token)
        address = reverse("export-embeddings", args=[selection.collection.slug])
        return Answer(url=f"{address}?{urlencode({'selection': token, **params})}")


ACTIONS: tuple[type[Action], ...] = (EmbedFirst, ExportEmbeddings)
