"""What people said goes into the files, and comes back from them."""

from collections.abc import Sequence
from typing import Any

from gallery.actions.base import Action, Params, Part, images
from gallery.actions.files import FileAction, Plan
from gallery.backup import applying
from gallery.backup.act import RestoreBackup
from gallery.backup.options import Options, Prefer, Tally
from gallery.filing import moving
from gallery.filing.rooms import Rooms
from gallery.models import Collection, FileAct, Image, Selection
from gallery.querysets import ImageQuerySet
from gallery.services import selections
from gallery.written import acts, found, previews, said


class WriteIntoFiles(FileAction):
    name = "write-words"
    title = "Write into files"
    icon = "file-pen-line"
    form_template = "acts/_write_words.html"
    fields = ()
    kind = FileAct.Kind.WRITE

    def form_about(self, selection: Selection, values: dict[str, Any]) -> dict[str, Any]:
        preview = previews.of_writing(selections.images(selection))
        return {"preview": preview, "is_nothing": not preview.count}

    def sentence(self, count: int, params: Params) -> str:
        return f"Words written into files of {images(count)}"

    def doing(self, params: Params) -> str:
        return "Writing words into files"

    def plan(self, chosen: ImageQuerySet, params: Params) -> Plan:
        due = chosen.filter(said.something() | said.was_written())
        rows = due.order_by("folder_id", "name").values_list("pk", flat=True)
        for pk in rows.iterator(10_000):
            yield pk, None

    def do(self, act: FileAct, image: Image, rooms: Rooms, params: Params) -> None:
        acts.write(act, image, rooms)

    def turn_back(self, act: FileAct, image: Image | None, rooms: Rooms) -> None:
        acts.put_back(act, moving.known(image), rooms)


class ReadFromFiles(Action):
    """Never over what was said here, unless a person asks for that; `own` leaves out what other
    programs wrote."""

    name = "read-words"
    title = "Read from files"
    icon = "scan-text"
    group = "files"
    form_template = "acts/_read_words.html"
    fields = ("prefer", "own")
    batch_size = 500
    waits_for = 1000

    def clean(self, values: dict[str, Any], collection: Collection) -> Params:
        prefer = Prefer.BACKUP if values.get("prefer") == "files" else Prefer.LIBRARY
        return {"prefer": str(prefer), "own": values.get("own") == "1"}

    def form_about(self, selection: Selection, values: dict[str, Any]) -> dict[str, Any]:
        preview = previews.of_reading(selections.images(selection))
        is_news = preview.given or preview.conflicts or not preview.is_all
        return {"preview": preview, "is_nothing": not is_news}

    def sentence(self, count: int, params: Params) -> str:
        return f"Words of {images(count)} read from their files"

    def doing(self, params: Params) -> str:
        return "Reading words from files"

    def apply(self, cursor: Any, ids: Sequence[int], params: Params) -> list[Part]:
        targets = found.targets(cursor, ids, is_own_only=params["own"])
        options = Options(Prefer(params["prefer"]))
        parts = applying.apply(cursor, targets, options, {}, Tally())
        found.remember(cursor, list(targets))
        return parts

    def restore(self, cursor: Any, part: Part) -> list[int]:
        return RestoreBackup().restore(cursor, part)
