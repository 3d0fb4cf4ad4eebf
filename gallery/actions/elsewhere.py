"""What changes no image, and is therefore in no history: exported, shown, read again, compared."""

from typing import Any

from django.db.models import Sum
from django.urls import reverse
from django.utils.http import urlencode

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput
from gallery.actions.base import Action, Answer, Params, images
from gallery.filing import desktop
from gallery.models import Collection, Image, Selection
from gallery.services import rebuild, selections

_MOST_SHOWN = 20


class _Elsewhere(Action):
    group = "files"
    answers = True

    def sentence(self, count: int, params: Params) -> str:
        return self.title


class Export(_Elsewhere):
    """Leads to the archive, which is made while it is sent."""

    name = "export"
    title = "Export as ZIP"
    icon = "file-archive"
    form_template = "acts/_export.html"
    fields = ("sidecars", "folders")

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        return {name: "1" if values.get(name) == "1" else "0" for name in self.fields}

    def form_about(self, selection: Selection, values: dict[str, Any]) -> dict[str, Any]:
        there = selections.images(selection).filter(is_available=True)
        return {"export_size": there.aggregate(size=Sum("size"))["size"] or 0}

    def answer(self, selection: Selection, params: Params, *, is_here: bool) -> Answer:
        """Of the images as they are chosen now, whatever is chosen later."""
        token = str(selections.freeze(selection).token)
        address = reverse("export", args=[selection.collection.slug])
        return Answer(url=f"{address}?{urlencode({'selection': token, **params})}")


class OpenFolder(_Elsewhere):
    """In the file manager of this machine; elsewhere its path is there to be copied."""

    name = "open-folder"
    title = "Open containing folder"
    icon = "folder-open"
    form_template = "acts/_open_folder.html"
    fields = ()

    def form_about(self, selection: Selection, values: dict[str, Any]) -> dict[str, Any]:
        folders: dict[int, str] = {}
        chosen = selections.images(selection).select_related("folder__root")
        for image in chosen.order_by("pk")[:500]:
            folders.setdefault(image.folder_id, str(image.disk_path.parent))
        shown = [paths.display(paths.to_text(path)) for path in folders.values()]
        return {"folders": shown[:_MOST_SHOWN], "has_desktop": desktop.is_there()}

    def answer(self, selection: Selection, params: Params, *, is_here: bool) -> Answer:
        chosen = selections.images(selection).select_related("folder__root").order_by("pk")
        image = chosen.first()
        if image is None:
            raise BadInput("No image is selected, or those that were are gone.")
        if not is_here:
            raise BadInput("The folder opens on the machine that this runs on: sit down there.")
        desktop.show(paths.inside(image.folder.root.disk_path, _there(image)))
        return Answer(text=f"Opened the folder of {image}.")


class Rescan(_Elsewhere):
    name = "rescan"
    title = "Read again"
    icon = "refresh-cw"

    def answer(self, selection: Selection, params: Params, *, is_here: bool) -> Answer:
        ids = selections.images(selection).order_by("pk").values_list("pk", flat=True)
        found = list(ids)
        if not found:
            raise BadInput("No image is selected, or those that were are gone.")
        rebuild.start_images(found)
        return Answer(text=f"Reading {images(len(found))} again. The line below tells how far.")


class Variants(_Elsewhere):
    """Links to what was made like the one chosen image."""

    name = "variants"
    title = "Find variants"
    icon = "split"
    form_template = "acts/_variants.html"
    fields = ()

    def form_about(self, selection: Selection, values: dict[str, Any]) -> dict[str, Any]:
        chosen = list(selections.images(selection).order_by("pk")[:2])
        image = chosen[0] if len(chosen) == 1 else None
        return {"variants": _links(image) if image else [], "is_one": image is not None}

    def answer(self, selection: Selection, params: Params, *, is_here: bool) -> Answer:
        chosen = selections.images(selection).order_by("pk").first()
        links = _links(chosen) if chosen else []
        if not links:
            raise BadInput("Nothing is known of how that image was made.")
        return Answer(url=links[0][1])


def _there(image: Image) -> str:
    """The file, or its folder where the file is gone."""
    return image.relative_path if image.is_available else image.folder.path or "."


def _links(image: Image) -> list[tuple[str, str]]:
    library = reverse("library", args=[image.collection.slug])
    found: list[tuple[str, dict[str, int | str | None]]] = [
        ("Same prompt", {"prompt": image.prompt_id}),
        ("Same workflow", {"workflow": image.workflow_id}),
        ("Same seed", {"q": None if image.seed is None else f"seed:{image.seed}"}),
        ("Same negative prompt", {"negative_prompt": image.negative_prompt_id}),
    ]
    return [
        (title, f"{library}?{urlencode({name: value for name, value in params.items() if value})}")
        for title, params in found
        if any(params.values())
    ]
