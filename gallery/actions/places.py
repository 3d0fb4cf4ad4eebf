"""New names and new folders by a pattern: renamed where they lie, or put in order."""

from typing import Any

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput
from gallery import preferences
from gallery.actions.base import Params, images
from gallery.actions.files import NUMBER, FileAction, Kind, Plan, clash_of
from gallery.filing import arranging, folders, moving, naming, ordering
from gallery.filing.patterns import expanding, fields
from gallery.filing.rooms import Rooms
from gallery.filing.spots import Spot
from gallery.models import Collection, FileAct, HistoryEntry, Image, LibraryRoot, Selection
from gallery.preferences import PATTERNS
from gallery.querysets import ImageQuerySet
from gallery.services import selections

# Nothing at all is done where any name is taken.
STOP = "stop"


class _ByPattern(FileAction):
    kind = Kind.MOVE

    def do(self, act: FileAct, image: Image, rooms: Rooms, params: Params) -> None:
        numbers = params["clash"] == NUMBER or bool(act.known.get("is_aside"))
        moving.move(act, image, rooms, numbers=numbers)

    def turn_back(self, act: FileAct, image: Image | None, rooms: Rooms) -> None:
        moving.move_back(act, moving.known(image), rooms)


class Rename(_ByPattern):
    """One by its new name; many by a pattern."""

    name = "rename"
    title = "Rename"
    icon = "text-cursor-input"
    keys = ("F2",)
    form_template = "acts/_rename.html"
    fields = ("name", "pattern", "clash")

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        name = str(values.get("name", "")).strip()
        pattern = str(values.get("pattern", "")).strip()
        if bool(name) == bool(pattern):
            raise BadInput("Type the new name.")
        return {**naming.cleaned(name, pattern), "clash": clash_of(values)}

    def prepare(self, selection: Selection, params: Params) -> None:
        if "name" in params and len(selections.first_ids(selection, 2)) > 1:
            raise BadInput("One name cannot be given to several files: use a pattern.")

    def form_about(self, selection: Selection, values: dict[str, Any]) -> dict[str, Any]:
        chosen = selections.images(selection)
        return {"preview": naming.preview(chosen, values), "known": fields.EVERY}

    def sentence(self, count: int, params: Params) -> str:
        shown = params.get("name") or params["pattern"]
        return f"{images(count)} renamed to {paths.display(shown)}"

    def doing(self, params: Params) -> str:
        return f"Renaming to {paths.display(params.get('name') or params['pattern'])}"

    def plan(self, chosen: ImageQuerySet, params: Params) -> Plan:
        return ordering.settled(
            (image.pk, Spot(image.folder.root_id, image.folder.path, name))
            for image, name in naming.planned(chosen, params)
        )


class Reorganise(_ByPattern):
    """Into folders and names by one pattern, each file in its own library folder or all in one."""

    name = "reorganise"
    title = "Reorganise"
    icon = "boxes"
    form_template = "acts/_reorganise.html"
    # `take` is a pattern that was picked from the list.
    fields = ("pattern", "take", "root", "clash", "sweep", "keep")

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        pattern = expanding.checked(str(values.get("pattern", "")), has_folders=True)
        stops = values.get("clash") == STOP
        return {
            "pattern": pattern.text,
            "root": arranging.root_of(str(values.get("root", "")), collection),
            "clash": STOP if stops else clash_of(values),
            "sweep": values.get("sweep") == "1",
            "keep": values.get("keep") == "1",
        }

    def prepare(self, selection: Selection, params: Params) -> None:
        kept = [each for each in preferences.get(PATTERNS) if each != params["pattern"]]
        first = [params["pattern"]] if params["keep"] else []
        preferences.put(PATTERNS, [*first, *kept][: preferences.MOST_PATTERNS])
        if params["clash"] == STOP:
            chosen = selections.images(selection)
            arranging.require_no_taken(chosen, params["pattern"], params["root"])

    def form_about(self, selection: Selection, values: dict[str, Any]) -> dict[str, Any]:
        kept = preferences.get(PATTERNS)
        pattern = str(values.get("take") or values.get("pattern") or "").strip()
        pattern = pattern or next(iter(kept or preferences.SUGGESTED_PATTERNS))
        collection = selection.collection
        try:
            root = arranging.root_of(str(values.get("root", "")), collection)
        except BadInput:
            root = None
        return {
            "preview": arranging.preview(selections.images(selection), pattern, root),
            "kept": kept,
            "suggested": [each for each in preferences.SUGGESTED_PATTERNS if each not in kept],
            "known": fields.EVERY,
            "roots": list(LibraryRoot.objects.filter(collection=collection).order_by("name")),
        }

    def sentence(self, count: int, params: Params) -> str:
        return f"{images(count)} reorganised by {paths.display(params['pattern'])}"

    def doing(self, params: Params) -> str:
        return f"Reorganising by {paths.display(params['pattern'])}"

    def plan(self, chosen: ImageQuerySet, params: Params) -> Plan:
        return ordering.settled(
            (each.image.pk, each.spot)
            for each in arranging.planned(chosen, params["pattern"], params["root"])
            if not each.is_there
        )

    def do(self, act: FileAct, image: Image, rooms: Rooms, params: Params) -> None:
        folders.make_for(act, rooms, Spot.read(act.known["to"]))
        super().do(act, image, rooms, params)

    def tidy(self, entry: HistoryEntry, *, is_back: bool) -> None:
        places = folders.made_by(entry)
        if entry.params["sweep"] and not is_back:
            places |= folders.left_by(entry)
        folders.remove_empty(places)
