"""One image's file with its sidecars to another folder or name, there and back."""

import os
import uuid
from collections.abc import Callable

from django.db import transaction

from dtoolkit.core import paths
from gallery.filing import disk, names, notes, rows
from gallery.filing.notes import Pair, State
from gallery.filing.refusals import Refused, said
from gallery.filing.rooms import Rooms
from gallery.filing.spots import Spot
from gallery.media import fingerprint
from gallery.models import FileAct, Image

_MOST_NUMBERS = 10_000
HERE = "it is there already"


def move(act: FileAct, image: Image, rooms: Rooms, *, numbers: bool) -> None:
    """Forward, or on from where a kill left it. Raises `Refused`, all being as before."""
    is_again = act.state == State.DOING
    if not is_again:
        source = Spot.of(image)
        require_as_scanned(rooms, source, image)
        wanted = Spot.read(act.known["to"])
        target = free_spot(rooms, source, wanted, image, numbers=numbers, takes_away=True)
        notes.begin(act, rooms, source, target, _pairs(rooms, source, target))
    _go(act, image, rooms, State.DONE, is_again=is_again)


def move_back(act: FileAct, image: Image, rooms: Rooms) -> None:
    """To where it came from. Raises `Refused`."""
    is_again = act.state == State.DOING
    if not is_again:
        source, target = Spot.read(act.known["to"]), Spot.read(act.known["from"])
        if not image.is_available or Spot.of(image) != source:
            raise Refused("it was moved on since")
        require_as_scanned(rooms, source, image)
        bring_back_folder(rooms, target)
        rooms[target.root_id].require_place_for(target.folder, target.name)
        if is_taken(rooms, source, target, image.pk):
            raise Refused(disk.TAKEN)
        pairs = _pairs(rooms, source, target)
        notes.begin(act, rooms, source, target, pairs, is_back=True)
    _go(act, image, rooms, State.UNDONE, is_again=is_again)


def require_as_scanned(rooms: Rooms, spot: Spot, image: Image) -> os.stat_result:
    """The plain file, as the row has it. Raises `Refused`."""
    if not image.is_available:
        raise Refused(disk.GONE)
    found = rooms.file(spot)
    if (found.st_size, found.st_mtime_ns) != (image.size, image.mtime_ns):
        raise Refused("it was changed since it was scanned: scan the folder, then try again")
    return found


def free_spot(
    rooms: Rooms, source: Spot, wanted: Spot, image: Image, *, numbers: bool, takes_away: bool
) -> Spot:
    """`wanted`, or the next with a number that is free for it and its sidecars."""
    if takes_away and wanted == source:
        raise Refused(HERE)
    room = rooms[wanted.root_id]
    room.require_place_for(wanted.folder, wanted.name)
    room.shelf(wanted.folder)
    own = image.pk if takes_away else None
    content = None if takes_away else image.fingerprint
    if not is_taken(rooms, source, wanted, own, content):
        return wanted
    if not numbers:
        raise Refused(disk.TAKEN)
    for number in range(2, _MOST_NUMBERS):
        name = names.numbered(wanted.name, number)
        spot = Spot(wanted.root_id, wanted.folder, name)
        if takes_away and spot == source:
            raise Refused(HERE)
        room.require_place_for(spot.folder, name)
        if not is_taken(rooms, source, spot, own, content):
            return spot
    raise Refused(disk.TAKEN)


def _pairs(rooms: Rooms, source: Spot, target: Spot) -> list[Pair]:
    """The sidecars and what becomes of each; those that are another image's too stay as well."""
    shelf, there = rooms.shelf(source), rooms.shelf(target)
    pairs: list[Pair] = []
    for name in shelf.sidecars_of(source.name):
        new = names.beside(name, source.name, target.name)
        mode = "move"
        if disk.look(there.at(new)) is not None:
            mode = "drop"  # the same, or else the name were taken
        elif shelf.is_shared(name, source.name):
            mode = "copy"
        pairs.append((name, new, mode))
    return pairs


def is_taken(
    rooms: Rooms,
    source: Spot,
    target: Spot,
    own: int | None,
    content: uuid.UUID | None = None,
) -> bool:
    """By a file, a remembered image, or sidecars that would become another image's."""
    room, shelf = rooms[target.root_id], rooms.shelf(source)
    there = room.shelf(target.folder)
    at = disk.look(room.path(target))
    if at is not None and not (own and _is_respelled(rooms, source, target, at)):
        return True
    if rows.is_remembered(target, besides=own or 0, content=content):
        return True
    moved = {}
    for name in shelf.sidecars_of(source.name):
        new = names.beside(name, source.name, target.name)
        moved[new] = name
        path = there.at(new)
        if disk.look(path) is None or (shelf is there and new in shelf.sidecars_of(source.name)):
            continue
        if not disk.is_same(shelf.at(name), path):
            return True
    stays = source.name if shelf is there and own else ""
    by_stem = any(
        not new.startswith(target.name) and disk.look(there.at(new)) is None for new in moved
    )
    if by_stem and there.has_stem_of(target.name, besides=stays):
        return shelf is not there or names.stem_of(source.name) != names.stem_of(target.name)
    strangers = set(there.sidecars_of(target.name)) - set(moved)
    if shelf is there:
        strangers -= set(shelf.sidecars_of(source.name))
    return bool(strangers)


def _is_respelled(rooms: Rooms, source: Spot, target: Spot, at: os.stat_result) -> bool:
    """The file itself, on a file system that does not tell `a` from `A`."""
    there = disk.look(rooms.path(source))
    is_one = there is not None and os.path.samestat(there, at)
    return is_one and source.relative.casefold() == target.relative.casefold()


def bring_back_folder(rooms: Rooms, target: Spot) -> None:
    try:
        rooms.shelf(target)
    except Refused:
        rooms[target.root_id].shelf("")
        os.makedirs(os.path.dirname(rooms.path(target)), exist_ok=True)  # noqa: PTH103, PTH120
        rooms.shelf(target)


def _go(act: FileAct, image: Image, rooms: Rooms, state: FileAct.State, *, is_again: bool) -> None:
    """Carries what is noted, and has the row follow."""
    source, target = notes.way(act)
    undo: list[Callable[[], None]] = []
    try:
        _carry_all(act, rooms, source, target, undo, is_again=is_again)
        _require_arrived(rooms, target, image)
        _shelve(act, rooms, source, target)
        stamp = rooms.shelf(target).stamp(target.name)
        found = rooms.file(target)
        arrived = rows.Arrived(found.st_size, found.st_mtime_ns, stamp)
        with transaction.atomic():
            rows.follow(image.pk, target, arrived)
            notes.end(act, state)
    except (Refused, OSError) as error:
        rooms.forget(source, target)
        raise Refused(rolled_back(undo, reason_of(error), act)) from error


def reason_of(error: Refused | OSError) -> str:
    return error.reason if isinstance(error, Refused) else said(error)


def _carry_all(
    act: FileAct,
    rooms: Rooms,
    source: Spot,
    target: Spot,
    undo: list[Callable[[], None]],
    *,
    is_again: bool,
) -> None:
    """The image first: it is the one that may not fit. `undo` gets what takes each step back."""
    steps = [(source.name, target.name, "move"), *notes.pairs(act)]
    for number, (name, new, mode) in enumerate(steps):
        here = rooms.path(Spot(source.root_id, source.folder, name))
        there = rooms.path(Spot(target.root_id, target.folder, new))
        aside = notes.partial(act, rooms, target, number)
        back = notes.partial(act, rooms, source, number)
        if number and is_again and disk.look(here) is None and disk.look(there) is None:
            continue  # a person took the sidecar away meanwhile
        if mode == "copy":
            disk.duplicate(here, there, aside, is_again=is_again)
            undo.append(call(disk.remove, there))
        elif mode == "drop":
            if disk.look(here) is not None:
                if not disk.is_same(here, there):
                    raise Refused(disk.TAKEN)
                disk.remove(here)
                undo.append(call(disk.duplicate, there, here, back))
        else:
            disk.carry(here, there, aside, is_again=is_again)
            undo.append(call(disk.carry, there, here, back))


def _shelve(act: FileAct, rooms: Rooms, source: Spot, target: Spot) -> None:
    here, there = rooms.shelf(source), rooms.shelf(target)
    for name, new, mode in [(source.name, target.name, "move"), *notes.pairs(act)]:
        if mode != "copy":
            here.drop(name)
        there.add(new)


def _require_arrived(rooms: Rooms, target: Spot, image: Image) -> None:
    """What lies there is the image, and nobody else's file that came meanwhile."""
    found = disk.look(rooms.path(target))
    if found is None or found.st_size != image.size:
        raise Refused(disk.GONE if found is None else disk.TAKEN)
    if found.st_mtime_ns != image.mtime_ns and image.fingerprint is not None:
        with open(rooms.path(target), "rb") as file:  # noqa: PTH123
            if fingerprint.of(file, found.st_size) != image.fingerprint:
                raise Refused(disk.TAKEN)


def rolled_back(undo: list[Callable[[], None]], reason: str, act: FileAct) -> str:
    """`reason`; where it cannot be as it was before, what there is to look at."""
    try:
        while undo:
            undo.pop()()
    except (Refused, OSError) as error:
        where = " and ".join(paths.display(text) for text in (act.source, act.target))
        return f"{reason}; then {reason_of(error)}, so its files are in two places: {where}"
    return reason


def call(function: Callable[..., None], *values: str) -> Callable[[], None]:
    return lambda: function(*values)


def known(image: Image | None) -> Image:
    """Raises `Refused` where there is none any more."""
    if image is None:
        raise Refused("it was removed from the library meanwhile")
    return image
