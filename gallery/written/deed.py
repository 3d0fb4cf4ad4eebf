"""One image's words into its file, or into the sidecar beside it, and the former packet back.

In this order: the new file whole under a hidden name, checked; what it will be is noted; it takes
the place of the old one; the row follows, with the note that it is done. Whoever comes after a kill
tells by the note and the file how far it came.
"""

import os
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import xxhash

from gallery.filing import disk, exclusive, names
from gallery.filing.moving import reason_of, require_as_scanned
from gallery.filing.refusals import Refused
from gallery.filing.rooms import Rooms
from gallery.filing.rows import Arrived
from gallery.filing.spots import Spot
from gallery.metadata import RawRecord, sidecars, writing
from gallery.metadata.writing import Beside, FileWords, Unwritable, layout, packet
from gallery.models import Image
from gallery.written import checking, following, merging, replacing
from gallery.written.following import Contents
from gallery.written.replacing import Opened

UNREAD = "it has not been read yet: wait until the scan is through"
EDITED = "it was changed since"


@dataclass(frozen=True, slots=True)
class Put:
    """What was done: the packet that was there, and what the file was before and became; whether it
    and the library knew each other's words before, and do now."""

    was: bytes | None
    before: str
    after: str
    is_beside: bool
    was_met: bool
    is_met: bool


class Journal(Protocol):
    """`becoming` is called before the file is changed, `done` in the transaction of the row."""

    partial: str

    def becoming(self, put: Put) -> None: ...

    def done(self, put: Put) -> None: ...


def write(image: Image, rooms: Rooms, words: FileWords, journal: Journal) -> bool:
    """False where the file says it already. Raises `Refused`, the file being as it was."""
    return _do(image, rooms, journal, _Wanted(words))


def put_back(image: Image, rooms: Rooms, put: Put, journal: Journal) -> bool:
    """The packet that was there, where the file is as it was left. Raises `Refused`."""
    return _do(image, rooms, journal, _Former(put))


def settle(image: Image, rooms: Rooms, put: Put, journal: Journal) -> bool:
    """After a kill: whether the file was changed already; then its row follows. Raises
    `Refused`."""
    spot = Spot.of(image)
    disk.remove(journal.partial)
    try:
        if put.is_beside:
            data = _beside(rooms, spot)
            if _digest(data) != put.after:
                return False
            _follow_sidecar(image, rooms, spot, data, put, journal, is_again=True)
            return True
        found = rooms.file(spot)
        with replacing.opened(rooms.path(spot), image.format) as file:
            if file.fingerprint != uuid.UUID(put.after):
                return False
            records = checking.read(file).records
        _follow(image, rooms, spot, found, records, put, journal, is_again=True)
    except (OSError, EOFError) as error:
        raise Refused(_said(error)) from error
    return True


@dataclass(frozen=True, slots=True)
class _Wanted:
    words: FileWords
    is_met: bool = True

    def change(self, file: Opened, format_: str) -> writing.Change | None:
        return writing.change(file.source, format_, self.words)

    def edited(self, data: bytes | None) -> bytes | None:
        return packet.edited(data, self.words)

    def require(self, image: Image) -> None:
        """Any file that is as the row has it."""


@dataclass(frozen=True, slots=True)
class _Former:
    put: Put

    @property
    def is_met(self) -> bool:
        return self.put.was_met

    def change(self, file: Opened, format_: str) -> writing.Change | None:
        if self.put.is_beside:
            raise Beside("it was written beside")
        return writing.change_back(file.source, format_, self.put.was)

    def edited(self, data: bytes | None) -> bytes | None:
        if _digest(data) != self.put.after:
            raise Refused(EDITED)
        return self.put.was

    def require(self, image: Image) -> None:
        if not self.put.is_beside and image.fingerprint != uuid.UUID(self.put.after):
            raise Refused(EDITED)


def _do(image: Image, rooms: Rooms, journal: Journal, wanted: "_Wanted | _Former") -> bool:
    spot = Spot.of(image)
    found = require_as_scanned(rooms, spot, image)
    if image.read_version is None or image.fingerprint is None or not image.format:
        raise Refused(UNREAD)
    wanted.require(image)
    try:
        try:
            return _into(image, rooms, spot, found, journal, wanted)
        except Beside:
            return _into_sidecar(image, rooms, spot, journal, wanted)
    except (Unwritable, Refused, OSError, EOFError) as error:
        with suppress(OSError):
            disk.remove(journal.partial)
        raise Refused(_said(error)) from error


def _into(
    image: Image,
    rooms: Rooms,
    spot: Spot,
    found: os.stat_result,
    journal: Journal,
    wanted: "_Wanted | _Former",
) -> bool:
    path = rooms.path(spot)
    with replacing.opened(path, image.format) as old:
        if not os.path.samestat(old.stat, found) or old.fingerprint != image.fingerprint:
            raise Refused(disk.CHANGED)
        change = wanted.change(old, image.format)
        if change is None:
            return False
        replacing.require_replaceable(path, found)
        replacing.make(old, path, journal.partial, change.splices)
        with replacing.opened(journal.partial, image.format) as new:
            records = checking.require_same(old, new, image.format, change.after)
            was_met = merging.have_met(image)
            prints = str(image.fingerprint), str(new.fingerprint)
            put = Put(change.before, *prints, False, was_met, wanted.is_met)
    journal.becoming(put)
    replacing.put(journal.partial, path, found)
    _follow(image, rooms, spot, rooms.file(spot), records, put, journal)
    return True


def _into_sidecar(
    image: Image, rooms: Rooms, spot: Spot, journal: Journal, wanted: "_Wanted | _Former"
) -> bool:
    beside = _sidecar(spot)
    if names.is_too_long(beside.name):
        raise Refused("the name of its sidecar would be too long")
    path = rooms.path(beside)
    old = _beside(rooms, spot)
    new = wanted.edited(old)
    if new == old:
        return False
    was_met = merging.have_met(image)
    put = Put(old, _digest(old), _digest(new), True, was_met, wanted.is_met)
    if old is not None:
        found = rooms.file(beside)
        replacing.require_replaceable(path, found)
    if new is None:
        journal.becoming(put)
        disk.remove(path)
        disk.sync_folder(path)
    else:
        replacing.make_of(new, journal.partial)
        journal.becoming(put)
        if old is None:
            exclusive.rename(journal.partial, path)
            disk.sync_folder(path)
        else:
            replacing.put(journal.partial, path, found)
    _follow_sidecar(image, rooms, spot, new, put, journal)
    return True


def _follow(
    image: Image,
    rooms: Rooms,
    spot: Spot,
    found: os.stat_result,
    records: Sequence[RawRecord],
    put: Put,
    journal: Journal,
    *,
    is_again: bool = False,
) -> None:
    stamp = rooms.shelf(spot).stamp(spot.name)

    def renewed(stored: list[RawRecord]) -> Sequence[RawRecord]:
        return [*records, *(record for record in stored if sidecars.is_sidecar(record))]

    following.follow(
        image.pk,
        Contents(uuid.UUID(put.before), uuid.UUID(put.after)),
        Arrived(found.st_size, found.st_mtime_ns, stamp),
        renewed,
        lambda: journal.done(put),
        is_met=put.is_met,
        is_again=is_again,
    )


def _follow_sidecar(
    image: Image,
    rooms: Rooms,
    spot: Spot,
    data: bytes | None,
    put: Put,
    journal: Journal,
    *,
    is_again: bool = False,
) -> None:
    beside, shelf = _sidecar(spot), rooms.shelf(spot)
    (shelf.drop if data is None else shelf.add)(beside.name)
    found = rooms.file(spot)

    def renewed(stored: list[RawRecord]) -> Sequence[RawRecord]:
        others = [record for record in stored if record.key != beside.name]
        return others if data is None else [*others, sidecars.record(beside.name, data)]

    content = image.fingerprint or uuid.UUID(int=0)
    following.follow(
        image.pk,
        Contents(content, content),
        Arrived(found.st_size, found.st_mtime_ns, shelf.stamp(spot.name)),
        renewed,
        lambda: journal.done(put),
        is_met=put.is_met,
        is_again=is_again,
    )


def _sidecar(spot: Spot) -> Spot:
    return Spot(spot.root_id, spot.folder, spot.name + writing.SIDECAR_ENDING)


def _beside(rooms: Rooms, spot: Spot) -> bytes | None:
    """What the sidecar holds; None where there is none. Raises `Refused` and `OSError`."""
    beside = _sidecar(spot)
    if disk.look(rooms.path(beside)) is None:
        return None
    found = rooms.file(beside)
    if found.st_size > layout.LIMIT:
        raise Refused("its sidecar is larger than 2 MB, and is left as it is")
    with replacing.opened(rooms.path(beside)) as file:
        return file.source.at(0, file.stat.st_size)


def _digest(data: bytes | None) -> str:
    return "" if data is None else xxhash.xxh3_128_hexdigest(data)


def _said(error: Exception) -> str:
    if isinstance(error, Unwritable):
        return error.reason
    if isinstance(error, Refused | OSError):
        return disk.TAKEN if isinstance(error, FileExistsError) else reason_of(error)
    return disk.CHANGED
