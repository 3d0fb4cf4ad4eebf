"""Folders that acts need and leave behind: made where they are missing, removed where nothing is in
them. Nothing but an empty folder is ever removed."""

import os
from collections.abc import Iterable
from contextlib import suppress

from dtoolkit.core import paths
from dtoolkit.core.errors import Conflict
from gallery.filing.refusals import Refused, said
from gallery.filing.rooms import Rooms
from gallery.filing.spots import Spot
from gallery.models import FileAct, Folder, HistoryEntry, LibraryRoot
from gallery.scanning import locking, merging
from gallery.scanning.relative import parent, way

# By root and path below it.
Place = tuple[int, str]
_MADE = "made"


def make_for(act: FileAct, rooms: Rooms, spot: Spot) -> None:
    """The folder of `spot` with those above it; which were not there is noted before. Raises
    `Refused`."""
    room = rooms[spot.root_id]
    room.require_place_for(spot.folder, spot.name)
    room.shelf("")  # its drive is there
    missing = []
    for folder in way(spot.folder):
        if folder and not os.path.isdir(_path(rooms, spot.root_id, folder)):  # noqa: PTH112
            missing.append(folder)
    missing.sort(key=len)
    if not missing:
        return
    room.shelf(parent(missing[0]))  # no link leads out of the library there
    noted = [tuple(place) for place in act.known.get(_MADE, [])]
    act.known |= {_MADE: sorted({*noted, *((spot.root_id, folder) for folder in missing)})}
    act.save(update_fields=["known"])
    for folder in missing:
        try:
            os.mkdir(_path(rooms, spot.root_id, folder))  # noqa: PTH102
        except FileExistsError:
            if not os.path.isdir(_path(rooms, spot.root_id, folder)):  # noqa: PTH112
                raise Refused("a file has the name of its folder") from None
        except OSError as error:
            raise Refused(said(error)) from error
    room.forget(spot.folder)


def made_by(entry: HistoryEntry) -> set[Place]:
    noted = entry.file_acts.filter(known__has_key=_MADE).values_list("known", flat=True)
    return {(root, folder) for known in noted.iterator() for root, folder in known[_MADE]}


def left_by(entry: HistoryEntry) -> set[Place]:
    """Where its files came from, with the folders above."""
    done = entry.file_acts.filter(state=FileAct.State.DONE, known__has_key="from")
    places = done.order_by().values_list("known__from__0", "known__from__1").distinct()
    return {(root, above) for root, folder in places for above in way(folder) if above}


def remove_empty(places: Iterable[Place]) -> None:
    """Of these folders those that are empty, the inner ones first; what a person decided of a
    folder keeps it."""
    rooms = Rooms()
    gone: dict[int, list[str]] = {}
    for root_id, folder in sorted(places, key=lambda place: (-len(place[1]), place)):
        if Folder.objects.filter(root=root_id, path=folder).exclude(treatment="").exists():
            continue
        # Full, in use, or its drive is away: it stays.
        with suppress(OSError, Refused):
            rooms[root_id].shelf("")
            path = _path(rooms, root_id, folder)
            # Whoever died after removing it did not get to say so.
            if os.path.lexists(path):
                rooms[root_id].shelf(folder)
                os.rmdir(path)  # noqa: PTH106
            gone.setdefault(root_id, []).append(folder)
    for root_id, folders in gone.items():
        _forget(root_id, folders)


def _forget(root_id: int, folders: list[str]) -> None:
    """Where a scan is under way, it sees by itself that they are gone, or the next one does."""
    root = LibraryRoot.objects.get(pk=root_id)
    with suppress(Conflict), locking.alone_at_once(root):
        rows = Folder.objects.filter(root=root, path__in=folders)
        merging.mark_folders_vanished(list(rows.values_list("pk", flat=True)))
        merging.forget_empty_folders(root)


def _path(rooms: Rooms, root_id: int, folder: str) -> str:
    return os.path.join(rooms.path(Spot(root_id, "", "")), paths.from_text(folder))  # noqa: PTH118
