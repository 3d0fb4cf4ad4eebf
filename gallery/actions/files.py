"""What is done to files, each with its sidecars: moved, copied, renamed, thrown away."""

from collections.abc import Generator, Iterable, Iterator
from typing import Any, ClassVar

from django.db.models import Count, QuerySet, Sum

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput
from gallery.actions.base import Action, Params, images
from gallery.filing import choosing, copying, moving, trashing
from gallery.filing.rooms import Rooms
from gallery.filing.spots import Spot
from gallery.models import Collection, FileAct, HistoryEntry, Image, LibraryRoot, Selection
from gallery.querysets import ImageQuerySet
from gallery.services import selections

Kind = FileAct.Kind
# Of each image, and where it is to go: nowhere for what is thrown away.
Plan = Iterator[tuple[int, Spot | None]]
NUMBER = "number"


class FileAction(Action):
    """One file at a time, noted before and after, so that a kill loses nothing; `gallery.services.
    filing` runs it. `do` and `turn_back` raise `filing.refusals.Refused`, all being as before."""

    is_of_files = True
    group = "files"
    waits_for = 10
    # So many with the scans' locks held.
    slice_size: ClassVar[int] = 100
    kind: ClassVar[FileAct.Kind]

    def plan(self, chosen: ImageQuerySet, params: Params) -> Plan:
        raise NotImplementedError

    def do(self, act: FileAct, image: Image, rooms: Rooms, params: Params) -> None:
        raise NotImplementedError

    def turn_back(self, act: FileAct, image: Image | None, rooms: Rooms) -> None:
        raise NotImplementedError

    def in_turn(
        self, acts: Iterable[FileAct], rooms: Rooms, params: Params, *, is_back: bool
    ) -> Generator[FileAct, None, None]:
        """The acts as they are done; whoever can work ahead does it here."""
        yield from acts

    def told(self, count: int, params: Params, acts: "QuerySet[FileAct]") -> str:
        """The sentence, once it is done: `acts` are all of the entry."""
        return self.sentence(count, params)

    def tally(self, acts: "QuerySet[FileAct]") -> int:
        """What a person likes to see growing; see `under_way`."""
        return 0

    def under_way(self, tally: int) -> str:
        """For the job's line; empty says nothing."""
        return ""

    def folders_to_scan(self, acts: Iterable[FileAct]) -> set[tuple[int, str]]:
        """Root and folder of what a scan is to take in afterwards."""
        return set()

    def tidy(self, entry: HistoryEntry, *, is_back: bool) -> None:
        """What remains to be done of folders when all files are."""


class _ToFolder(FileAction):
    # `at` is a step of the chooser, `folder` the id of one that images were dragged onto.
    fields = ("to", "new", "clash", "at", "folder")

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        spot = choosing.folder(str(values.get("to", "")), str(values.get("new", "")), collection)
        return {
            "root": spot.root.pk,
            "folder": spot.relative,
            "shown": choosing.shown(spot),
            "clash": clash_of(values),
        }

    def prepare(self, selection: Selection, params: Params) -> None:
        choosing.make(LibraryRoot.objects.get(pk=params["root"]), params["folder"])

    def form_about(self, selection: Selection, values: dict[str, Any]) -> dict[str, Any]:
        typed = str(values.get("at") or values.get("to") or "")
        if not typed and (folder := str(values.get("folder", ""))):
            typed = choosing.path_of(folder, selection.collection)
        return {"chooser": choosing.chooser(typed, selection.collection)}

    def plan(self, chosen: ImageQuerySet, params: Params) -> Plan:
        rows = chosen.order_by("folder_id", "name").values_list("pk", "name")
        for pk, name in rows.iterator(10_000):
            yield pk, Spot(params["root"], params["folder"], name)


class Move(_ToFolder):
    name = "move"
    title = "Move to folder"
    icon = "folder-input"
    form_template = "acts/_move.html"
    kind = Kind.MOVE

    def sentence(self, count: int, params: Params) -> str:
        return f"{images(count)} moved to {paths.display(params['shown'])}"

    def doing(self, params: Params) -> str:
        return f"Moving to {paths.display(params['shown'])}"

    def do(self, act: FileAct, image: Image, rooms: Rooms, params: Params) -> None:
        moving.move(act, image, rooms, numbers=params["clash"] == NUMBER)

    def turn_back(self, act: FileAct, image: Image | None, rooms: Rooms) -> None:
        moving.move_back(act, moving.known(image), rooms)


class Copy(_ToFolder):
    name = "copy"
    title = "Copy to folder"
    icon = "copy-plus"
    form_template = "acts/_copy.html"
    kind = Kind.COPY

    def sentence(self, count: int, params: Params) -> str:
        return f"{images(count)} copied to {paths.display(params['shown'])}"

    def doing(self, params: Params) -> str:
        return f"Copying to {paths.display(params['shown'])}"

    def do(self, act: FileAct, image: Image, rooms: Rooms, params: Params) -> None:
        copying.copy(act, image, rooms, numbers=params["clash"] == NUMBER)

    def turn_back(self, act: FileAct, image: Image | None, rooms: Rooms) -> None:
        copying.uncopy(act, rooms)

    def folders_to_scan(self, acts: Iterable[FileAct]) -> set[tuple[int, str]]:
        made = [Spot.read(act.known["to"]) for act in acts]
        return {(spot.root_id, spot.folder) for spot in made}


class Trash(FileAction):
    """The rows stay, as of files that vanished."""

    name = "trash"
    title = "Delete files"
    icon = "trash"
    keys = ("Shift+Delete",)
    form_template = "acts/_trash.html"
    fields = ("for_good",)
    kind = Kind.TRASH
    WORD = "delete"

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        typed = str(values.get("for_good", "")).strip().lower()
        if typed and typed != self.WORD:
            raise BadInput(f"To delete for good what has no trash, type {self.WORD}.")
        return {"for_good": bool(typed)}

    def form_about(self, selection: Selection, values: dict[str, Any]) -> dict[str, Any]:
        chosen = selections.images(selection).filter(is_available=True)
        rows = list(
            chosen.order_by()
            .values("folder__root")
            .annotate(many=Count("pk"), size=Sum("size"), beside=Count("sidecar_stamp"))
        )
        without = choosing.without_trash({row["folder__root"] for row in rows})
        return {
            "trash": {
                "count": sum(row["many"] for row in rows),
                "size": sum(row["size"] for row in rows),
                "with_sidecars": sum(row["beside"] for row in rows),
                "without": without,
                "word": self.WORD,
            }
        }

    def sentence(self, count: int, params: Params) -> str:
        if params["for_good"]:
            return f"Files of {images(count)} deleted"
        return f"Files of {images(count)} put into the trash"

    def doing(self, params: Params) -> str:
        return "Deleting files"

    def plan(self, chosen: ImageQuerySet, params: Params) -> Plan:
        for pk in (
            chosen.order_by("folder_id", "name").values_list("pk", flat=True).iterator(10_000)
        ):
            yield pk, None

    def do(self, act: FileAct, image: Image, rooms: Rooms, params: Params) -> None:
        trashing.throw_away(act, image, rooms, for_good=params["for_good"])

    def turn_back(self, act: FileAct, image: Image | None, rooms: Rooms) -> None:
        trashing.fetch_back(act, moving.known(image), rooms)


def clash_of(values: dict[str, Any]) -> str:
    return NUMBER if values.get("clash") == NUMBER else "refuse"
