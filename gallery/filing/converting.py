"""One image's file into another format, there and back: the original is let go of only once the
new file is whole on the disk, verified, and the row has followed.

What was done so far is in the act's note; from note and disk whoever comes after a kill goes on.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from gallery.convert import one
from gallery.convert.orders import DELETE, TRASH, Order
from gallery.filing import disk, moving, names, notes, recoding, rows, trash
from gallery.filing.moving import call, reason_of, require_as_scanned
from gallery.filing.notes import Pair, State
from gallery.filing.recoding import Content
from gallery.filing.refusals import Refused, said
from gallery.filing.rooms import Rooms
from gallery.filing.spots import Spot
from gallery.media import fingerprint, thumbnails
from gallery.media.files import MAX_BYTES
from gallery.media.opening import HOSTILE
from gallery.media.storing import StorageUnwritable
from gallery.models import FileAct, Image

FOR_GOOD = "its original was deleted for good"
EDITED = "it was changed since it was converted"
_CHANGED = "it was changed since it was scanned: scan the folder, then try again"
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_MOST_NUMBERS = 10_000
Undo = list[Callable[[], None]]


@dataclass(frozen=True, slots=True)
class Ready:
    """What came of a file, in memory; `found` and `identity` are of the file that it was."""

    made: one.Converted
    found: os.stat_result
    identity: UUID


def readied(path: str, order: Order) -> Ready:
    """Reads, converts and verifies; writes nothing. Safe in any thread. Raises `Refused`."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | _NO_FOLLOW), "rb", buffering=0) as file:
            found = os.fstat(file.fileno())
            if found.st_size > MAX_BYTES:
                raise Refused("it is larger than 1 GB")
            data = file.readall()
            identity = fingerprint.of(file, found.st_size, data)
    except EOFError as error:
        raise Refused(disk.CHANGED) from error
    except OSError as error:
        raise Refused(said(error)) from error
    try:
        return Ready(one.convert(data, order), found, identity)
    except HOSTILE as error:
        raise Refused(f"it could not be converted: {error or type(error).__name__}") from error


def convert(
    act: FileAct, image: Image, rooms: Rooms, order: Order, ready: Callable[[], Ready] | None
) -> None:
    """Forward, or on from where a kill left it; `ready` gives what was readied ahead. Raises
    `Refused`, all being as before."""
    if act.state == State.DOING and _goes_on(act, image, rooms, order):
        return
    source = Spot.of(image)
    found = require_as_scanned(rooms, source, image)
    if reason := one.why_not(image.format, order):
        raise Refused(reason)
    path = rooms.path(source)
    if order.originals == TRASH and not trash.is_there(path):
        raise trash.NoTrash(trash.NONE)
    done = ready() if ready is not None else readied(path, order)
    is_same = (done.found.st_size, done.found.st_mtime_ns) == (found.st_size, found.st_mtime_ns)
    if not is_same or image.fingerprint not in {None, done.identity}:
        raise Refused(_CHANGED)
    target = _target(act, image, rooms, source, order)
    _note(act, image, order, done)
    notes.begin(act, rooms, source, target, _pairs(rooms, source, target, order))
    undo: Undo = []
    try:
        _write(act, rooms, source, target, done, undo)
        _follow(act, image, rooms, order, undo)
    except (Refused, OSError) as error:
        rooms.forget(source)
        raise Refused(moving.rolled_back(undo, reason_of(error), act)) from error
    _let_go(act, image, rooms, order)


def turn_back(act: FileAct, image: Image, rooms: Rooms, order: Order) -> None:
    """The original is the image again, and what was made of it lies in the trash."""
    if order.keeps:
        _drop_copy(act, rooms)
        return
    source, target = Spot.read(act.known["from"]), Spot.read(act.known["to"])
    if act.state != State.DOING:
        _require_undoable(act, image, rooms, source, target)
        back: list[Pair] = [(new, name, mode) for name, new, mode in notes.pairs(act)]
        act.known |= {"returned": False}
        notes.begin(act, rooms, target, source, back, is_back=True)
    if not act.known["returned"]:
        undo: Undo = []
        try:
            _fetch(act, image, rooms, source, target, undo)
        except (Refused, OSError) as error:
            rooms.forget(source)
            raise Refused(moving.rolled_back(undo, reason_of(error), act)) from error
    try:
        _discard(rooms, target, act.known["now"])
    except (Refused, OSError) as error:
        # It stays as a file of its own, which the next scan shows.
        notes.end(act, State.UNDONE, left=reason_of(error))
        return
    notes.end(act, State.UNDONE)


def _goes_on(act: FileAct, image: Image, rooms: Rooms, order: Order) -> bool:
    """After a kill. False where it is to be begun anew, nothing being left of the first try."""
    source, target = notes.way(act)
    if act.known.get("swapped"):
        _let_go(act, image, rooms, order, is_again=True)
        return True
    rooms.shelf(source)
    disk.remove(notes.partial(act, rooms, target, 0))
    path = rooms.path(target)
    if not disk.is_of(path, bytes.fromhex(act.known["digest"])):
        found = disk.look(path)
        if found is not None and found.st_size == 0:
            disk.remove(path)  # made for the name
        return False
    undo: Undo = [call(disk.remove, path)] if disk.look(rooms.path(source)) else []
    try:
        disk.sync_folder(path)
        _carry_sidecars(act, rooms, source, target, undo, is_again=True)
        _follow(act, image, rooms, order, undo)
    except (Refused, OSError) as error:
        rooms.forget(source)
        raise Refused(moving.rolled_back(undo, reason_of(error), act)) from error
    _let_go(act, image, rooms, order, is_again=True)
    return True


def _target(act: FileAct, image: Image, rooms: Rooms, source: Spot, order: Order) -> Spot:
    """The same name with the new ending, or the next with a number that is free."""
    stem = names.stem_of(source.name)
    wanted = Spot(source.root_id, source.folder, f"{stem}{order.ending}")
    room = rooms[source.root_id]
    for number in range(1, _MOST_NUMBERS):
        name = wanted.name if number == 1 else names.numbered(wanted.name, number)
        spot = Spot(source.root_id, source.folder, name)
        room.require_place_for(spot.folder, name)
        own = _undone_copy(image, spot) if order.keeps else image.pk
        if spot != source and not moving.is_taken(rooms, source, spot, own):
            act.known |= {"made": own if order.keeps else None}
            return spot
    raise Refused(disk.TAKEN)


def _undone_copy(image: Image, spot: Spot) -> int | None:
    """The row of a copy of the image that was undone: it lies in the trash, and waits there."""
    at = Image.objects.filter(
        folder__root=spot.root_id, folder__path=spot.folder, name=spot.name, is_available=False
    )
    pk = at.values_list("pk", flat=True).first()
    acts = FileAct.objects.filter(image=image.pk, kind=FileAct.Kind.CONVERT, known__made=pk)
    return pk if pk is not None and acts.exists() else None


def _pairs(rooms: Rooms, source: Spot, target: Spot, order: Order) -> list[Pair]:
    """Sidecars that hold the whole name; those of the stem belong to both."""
    shelf = rooms.shelf(source)
    pairs: list[Pair] = []
    for name in shelf.sidecars_of(source.name):
        new = names.beside(name, source.name, target.name)
        if disk.look(shelf.at(new)) is None:
            stays = order.keeps or shelf.is_shared(name, source.name)
            pairs.append((name, new, "copy" if stays else "move"))
    return pairs


def _note(act: FileAct, image: Image, order: Order, done: Ready) -> None:
    made = done.made
    now = Content(
        size=len(made.data),
        mtime_ns=done.found.st_mtime_ns,
        fingerprint=made.fingerprint.hex,
        format=order.format,
        width=made.size[0],
        height=made.size[1],
        media=_listed(made.media),
    )
    act.known |= {
        "was": Content.of(image, _listed(made.was)).stored(),
        "now": now.stored(),
        "digest": disk.digest_of(made.data).hex(),
        "saved": made.saved,
        "swapped": False,
    }


def _write(act: FileAct, rooms: Rooms, source: Spot, target: Spot, done: Ready, undo: Undo) -> None:
    aside, there = notes.partial(act, rooms, target, 0), rooms.path(target)
    try:
        disk.make(done.made.data, aside, done.found)
        _require_unchanged(rooms.path(source), done)
        disk.put_in_place(aside, there)
    except BaseException:
        disk.remove(aside)
        raise
    undo.append(call(disk.remove, there))
    disk.sync_folder(there)
    # Some file systems keep times less exactly than they were given.
    kept = os.lstat(there).st_mtime_ns
    act.known["now"]["mtime_ns"] = kept
    _carry_sidecars(act, rooms, source, target, undo, is_again=False)


def _require_unchanged(path: str, done: Ready) -> None:
    with os.fdopen(os.open(path, os.O_RDONLY | _NO_FOLLOW), "rb", buffering=0) as file:
        found = os.fstat(file.fileno())
        facts = (found.st_size, found.st_mtime_ns)
        if facts != (done.found.st_size, done.found.st_mtime_ns):
            raise Refused(disk.CHANGED)
        if fingerprint.of(file, found.st_size) != done.identity:
            raise Refused(disk.CHANGED)


def _carry_sidecars(
    act: FileAct, rooms: Rooms, source: Spot, target: Spot, undo: Undo, *, is_again: bool
) -> None:
    shelf = rooms.shelf(source)
    for number, (name, new, mode) in enumerate(notes.pairs(act), start=1):
        here, there = shelf.at(name), shelf.at(new)
        aside = notes.partial(act, rooms, target, number)
        if is_again and disk.look(here) is None and disk.look(there) is None:
            continue  # a person took it away meanwhile
        if mode == "copy":
            disk.duplicate(here, there, aside, is_again=is_again)
            undo.append(call(disk.remove, there))
        else:
            disk.carry(here, there, aside, is_again=is_again)
            undo.append(call(disk.carry, there, here, aside))
            shelf.drop(name)
        shelf.add(new)


def _follow(act: FileAct, image: Image, rooms: Rooms, order: Order, undo: Undo) -> None:
    """The row, and with it the note, in one transaction."""
    _, target = notes.way(act)
    shelf = rooms.shelf(target)
    shelf.add(target.name)
    undo.append(lambda: shelf.drop(target.name))
    now = Content(**act.known["now"])
    found = rooms.file(target)
    if found.st_size != now.size:
        raise Refused(disk.TAKEN)
    now = Content(**{**act.known["now"], "mtime_ns": found.st_mtime_ns})
    given: dict[str, Any] = {
        "stamp": shelf.stamp(target.name),
        "has_thumbnails": _shares(act.known["was"], now.stored()),
    }
    with transaction.atomic():
        if not order.keeps:
            recoding.become(image.pk, image.folder_id, target, now, **given)
            notes.step(act, now=now.stored(), swapped=True)
            return
        made = _revived(act, target)
        if made is None:
            made = recoding.copy(image, target, now, **given)
        else:
            recoding.become(made, image.folder_id, target, now, **given)
        notes.end(act, State.DONE, now=now.stored(), made=made)


def _revived(act: FileAct, target: Spot) -> int | None:
    """The row of a copy that was undone."""
    made = act.known.get("made")
    at = Image.objects.filter(
        pk=made, folder__root=target.root_id, folder__path=target.folder, name=target.name
    )
    return made if made is not None and at.exists() else None


def _shares(was: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether the thumbnails that there are serve the other content too."""
    if not was["fingerprint"] or not now["fingerprint"]:
        return False
    try:
        return thumbnails.share(UUID(was["fingerprint"]), UUID(now["fingerprint"]))
    except StorageUnwritable:
        return False  # they are made anew


def _let_go(
    act: FileAct, image: Image, rooms: Rooms, order: Order, *, is_again: bool = False
) -> None:
    """Of the original, once nothing hangs on it; where somebody changed it since, it stays."""
    if order.keeps:
        return
    source, target = notes.way(act)
    was, now = act.known["was"], act.known["now"]
    path = rooms.path(source)
    new = disk.look(rooms.path(target))
    if new is None or new.st_size != now["size"]:
        notes.end(act, State.DONE, trashed="", for_good=False)
        return  # somebody took the new one away: then the original is all there is
    trashed, is_gone_for_good = "", False
    found = disk.look(path)
    if found is None:
        trashed = trash.find(path, act.changed_at.timestamp(), (was["size"], was["mtime_ns"]))
        is_gone_for_good = not trashed and order.originals == DELETE
    elif (found.st_size, found.st_mtime_ns) == (was["size"], was["mtime_ns"]):
        if order.originals == DELETE:
            disk.remove(path)
            is_gone_for_good = True
        else:
            trashed = _thrown_away(path)
    rooms.shelf(source).drop(source.name)
    if is_again:
        _forget_strays(image, source)
    notes.end(act, State.DONE, trashed=trashed, for_good=is_gone_for_good)


def _thrown_away(path: str) -> str:
    """Where it lies; where no trash takes it any more it stays, and a scan shows it."""
    try:
        return trash.put(path)
    except (Refused, OSError):
        return ""


def _forget_strays(image: Image, source: Spot) -> None:
    """A scan after a kill may have met the original as a new file."""
    at = Image.objects.filter(
        folder__root=source.root_id, folder__path=source.folder, name=source.name
    )
    strays = at.filter(is_available=True).exclude(pk=image.pk).values_list("pk", flat=True)
    if ids := list(strays):
        rows.vanish(ids)


def _require_undoable(act: FileAct, image: Image, rooms: Rooms, source: Spot, target: Spot) -> None:
    if act.known.get("for_good"):
        raise Refused(FOR_GOOD)
    if Spot.of(image) != target:
        raise Refused("it was moved on since")
    found = require_as_scanned(rooms, target, image)
    now = act.known["now"]
    if (found.st_size, found.st_mtime_ns) != (now["size"], now["mtime_ns"]):
        raise Refused(EDITED)
    at = disk.look(rooms.path(source))
    was = act.known["was"]
    if at is not None and (at.st_size, at.st_mtime_ns) != (was["size"], was["mtime_ns"]):
        raise Refused(disk.TAKEN)
    if at is None and not act.known.get("trashed"):
        raise Refused(trash.HOW_TO)


def _fetch(
    act: FileAct, image: Image, rooms: Rooms, source: Spot, target: Spot, undo: Undo
) -> None:
    path, trashed = rooms.path(source), act.known.get("trashed", "")
    was = Content(**act.known["was"])
    if disk.look(path) is None:
        aside = notes.partial(act, rooms, source, 0)
        trash.fetch(trashed, path, aside, is_again=True)
        undo.append(lambda: act.known.update(trashed=trash.put(path)))
    found = rooms.file(source)
    if found.st_size != was.size:
        raise Refused(disk.TAKEN)
    was = Content(**{**was.stored(), "mtime_ns": found.st_mtime_ns})
    shelf = rooms.shelf(source)
    for number, (new, name, mode) in enumerate(notes.pairs(act), start=1):
        here, there = shelf.at(new), shelf.at(name)
        if mode == "move" and disk.look(here) is not None:
            disk.carry(here, there, notes.partial(act, rooms, source, number), is_again=True)
            undo.append(call(disk.carry, there, here, notes.partial(act, rooms, target, number)))
            shelf.drop(new)
            shelf.add(name)
    shelf.add(source.name)
    with transaction.atomic():
        recoding.become(
            image.pk,
            image.folder_id,
            source,
            was,
            stamp=shelf.stamp(source.name),
            has_thumbnails=_shares(act.known["now"], was.stored()),
        )
        notes.step(act, returned=True)


def _discard(rooms: Rooms, spot: Spot, facts: dict[str, Any]) -> None:
    path = rooms.path(spot)
    found = disk.look(path)
    if found is not None and (found.st_size, found.st_mtime_ns) == (
        facts["size"],
        facts["mtime_ns"],
    ):
        trash.put(path)
    rooms.shelf(spot).drop(spot.name)


def _drop_copy(act: FileAct, rooms: Rooms) -> None:
    target, now = Spot.read(act.known["to"]), act.known["now"]
    shelf = rooms.shelf(target)
    path = rooms.path(target)
    found = disk.look(path)
    if found and (found.st_size, found.st_mtime_ns) != (now["size"], now["mtime_ns"]):
        raise Refused(EDITED)
    if act.state != State.DOING:
        source = Spot.read(act.known["from"])
        notes.begin(act, rooms, target, source, notes.pairs(act), is_back=True)
    try:
        for each in (path, *(shelf.at(new) for _, new, _ in notes.pairs(act))):
            if disk.look(each) is not None:
                trash.put(each)
    except (Refused, OSError) as error:
        rooms.forget(target)
        raise Refused(reason_of(error)) from error
    for name in (target.name, *(new for _, new, _ in notes.pairs(act))):
        shelf.drop(name)
    at = Image.objects.filter(
        folder__root=target.root_id, folder__path=target.folder, name=target.name
    )
    rows.vanish(list(at.filter(is_available=True).values_list("pk", flat=True)))
    notes.end(act, State.UNDONE)


def _listed(pairs: one.Pairs) -> list[list[str]]:
    return [list(pair) for pair in pairs]
