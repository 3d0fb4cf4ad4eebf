"""The deed as an act of history: its note is a `FileAct`, which keeps the former packet."""

import base64
import zlib
from dataclasses import asdict
from typing import Any

from dtoolkit.core import paths
from gallery.filing import notes
from gallery.filing.notes import State
from gallery.filing.refusals import Refused
from gallery.filing.rooms import Rooms
from gallery.filing.spots import Spot
from gallery.models import FileAct, Image
from gallery.written import deed, merging
from gallery.written.deed import Put

_PUT = "put"


class ActJournal:
    """`state` is what the act comes to."""

    def __init__(self, act: FileAct, rooms: Rooms, spot: Spot, state: FileAct.State) -> None:
        self.partial = notes.partial(act, rooms, spot, 0)
        self._act = act
        self._state = state

    def becoming(self, put: Put) -> None:
        notes.end(self._act, State.DOING, **{f"{_PUT}_{self._state}": _packed(put)})

    def done(self, put: Put) -> None:
        self._act.known.pop(f"{_PUT}_{self._state}", None)
        notes.end(self._act, self._state, **{_PUT: _packed(put)})


def write(act: FileAct, image: Image, rooms: Rooms) -> None:
    """Forward, or on from where a kill left it; the act goes where there is nothing to write.
    Raises `Refused`, the file being as it was."""
    spot = Spot.of(image)
    journal = ActJournal(act, rooms, spot, State.DONE)
    if _was_settled(act, image, rooms, journal, State.DONE):
        return
    _begin(act, rooms, spot)
    if not deed.write(image, rooms, merging.words_for(image), journal):
        act.delete()


def put_back(act: FileAct, image: Image, rooms: Rooms) -> None:
    """The packet that was there before. Raises `Refused`."""
    spot = Spot.of(image)
    journal = ActJournal(act, rooms, spot, State.UNDONE)
    if _was_settled(act, image, rooms, journal, State.UNDONE):
        return
    put = _unpacked(act.known[_PUT])
    if spot.stored() != act.known["from"]:
        raise Refused("it was moved on since")
    _begin(act, rooms, spot)
    if not deed.put_back(image, rooms, put, journal):
        notes.end(act, State.UNDONE)


def _begin(act: FileAct, rooms: Rooms, spot: Spot) -> None:
    act.known |= {"from": spot.stored()}
    for state in (State.DONE, State.UNDONE):
        act.known.pop(f"{_PUT}_{state}", None)
    act.source = paths.to_text(rooms.path(spot))
    notes.end(act, State.DOING)


def _was_settled(
    act: FileAct, image: Image, rooms: Rooms, journal: ActJournal, state: FileAct.State
) -> bool:
    noted = act.known.get(f"{_PUT}_{state}")
    if act.state != State.DOING or noted is None:
        return False
    return deed.settle(image, rooms, _unpacked(noted), journal)


def _packed(put: Put) -> dict[str, Any]:
    was = None if put.was is None else base64.b85encode(zlib.compress(put.was)).decode("ascii")
    return {**asdict(put), "was": was}


def _unpacked(stored: dict[str, Any]) -> Put:
    was = stored["was"]
    return Put(**{**stored, "was": None if was is None else zlib.decompress(base64.b85decode(was))})
