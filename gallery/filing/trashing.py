"""One image's file with its sidecars into the system's trash, and back; for good only where a
person said so twice."""

from django.db import transaction

from gallery.filing import disk, notes, rows, trash
from gallery.filing.moving import bring_back_folder, reason_of, require_as_scanned
from gallery.filing.notes import State
from gallery.filing.refusals import Refused
from gallery.filing.rooms import Rooms
from gallery.filing.spots import Spot
from gallery.models import FileAct, Image

FOR_GOOD = "it was deleted for good"


def throw_away(act: FileAct, image: Image, rooms: Rooms, *, for_good: bool) -> None:
    """Forward, or on from where a kill left it. What is gone already is not looked for again.

    Raises `Refused`; with `for_good`, what has no trash is deleted.
    """
    if act.state != State.DOING:
        spot = Spot.of(image)
        require_as_scanned(rooms, spot, image)
        shelf = rooms.shelf(spot)
        own = [n for n in shelf.sidecars_of(spot.name) if not shelf.is_shared(n, spot.name)]
        notes.begin(act, rooms, spot, None, [(name, name, "move") for name in own])
    spot = Spot.read(act.known["from"])
    names = [spot.name, *(name for name, _, _ in notes.pairs(act))]
    trashed: dict[str, str] = {}
    is_gone_for_good = False
    try:
        for name in names:
            path = rooms.path(Spot(spot.root_id, spot.folder, name))
            if disk.look(path) is None:
                facts = (image.size, image.mtime_ns) if name == spot.name else None
                trashed[name] = trash.find(path, act.changed_at.timestamp(), facts)
                continue
            try:
                trashed[name] = trash.put(path)
            except trash.NoTrash:
                if not for_good:
                    raise
                disk.remove(path)
                is_gone_for_good = True
    except (Refused, OSError) as error:
        rooms.forget(spot)
        raise Refused(_put_back(act, rooms, spot, trashed, reason_of(error))) from error
    for name in names:
        rooms.shelf(spot).drop(name)
    with transaction.atomic():
        rows.vanish([image.pk])
        act.target = trashed.get(spot.name, "")
        notes.end(act, State.DONE, trashed=trashed, for_good=is_gone_for_good)


def fetch_back(act: FileAct, image: Image, rooms: Rooms) -> None:
    """From the trash to where it was. Raises `Refused` that says how else to restore it."""
    is_again = act.state == State.DOING
    spot = Spot.read(act.known["from"])
    trashed: dict[str, str] = act.known["trashed"]
    if not is_again:
        if act.known["for_good"]:
            raise Refused(FOR_GOOD)
        bring_back_folder(rooms, spot)
        if disk.look(rooms.path(spot)) is not None:
            raise Refused(disk.TAKEN)
        if Spot.of(image) != spot:
            raise Refused("it was moved on since")
        notes.begin(act, rooms, spot, spot, notes.pairs(act), is_back=True)
    try:
        for number, (name, file) in enumerate(trashed.items()):
            path = rooms.path(Spot(spot.root_id, spot.folder, name))
            is_there = disk.look(path) is not None
            if number and (is_there or disk.look(file) is None):
                continue  # a sidecar alone does not hold up its image
            aside = notes.partial(act, rooms, spot, number)
            trash.fetch(file, path, aside, is_again=is_again)
    except (Refused, OSError) as error:
        rooms.forget(spot)
        raise Refused(reason_of(error)) from error
    for name in trashed:
        if disk.look(rooms.path(Spot(spot.root_id, spot.folder, name))) is not None:
            rooms.shelf(spot).add(name)
    stamp = rooms.shelf(spot).stamp(spot.name)
    found = rooms.file(spot)
    with transaction.atomic():
        rows.follow(image.pk, spot, rows.Arrived(found.st_size, found.st_mtime_ns, stamp))
        notes.end(act, State.UNDONE)


def _put_back(act: FileAct, rooms: Rooms, spot: Spot, trashed: dict[str, str], reason: str) -> str:
    """The image goes with its sidecars or stays with them."""
    try:
        for number, (name, file) in enumerate(trashed.items()):
            path = rooms.path(Spot(spot.root_id, spot.folder, name))
            trash.fetch(file, path, notes.partial(act, rooms, spot, number))
    except (Refused, OSError):
        return f"{reason}; a part of it is in the trash already"
    return reason
