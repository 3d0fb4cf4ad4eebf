"""Moved, copied, or not to be told yet: for each arrival."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from gallery.scanning.moves import matching
from gallery.scanning.moves.candidates import Group, Place
from gallery.scanning.moves.disk import Disk, State


@dataclass(slots=True)
class Decision:
    """`moves` are pairs of the row that survives and the row whose place it takes; `copies` came to
    stay as what they are; `waiting` are arrivals by the root that they wait for."""

    moves: list[matching.Pair] = field(default_factory=list)
    displaced: set[int] = field(default_factory=set)
    copies: list[int] = field(default_factory=list)
    waiting: dict[int, list[int]] = field(default_factory=dict)


def decide(groups: Sequence[Group], disk: Disk, *, is_last: bool) -> Decision:
    views = [_View(group, disk, is_last=is_last) for group in groups]
    decision = Decision(displaced={place.id for view in views for place in view.displaced})
    if decision.displaced and any(view.is_early for view in views):
        return Decision()  # who takes whose place is known when all of them are
    ready = [view for view in views if not view.is_early]
    refused: set[int] = set()
    while True:
        pairs = [each for view in ready for each in view.pairs(refused)]
        decision.moves = matching.closed(pairs, decision.displaced)
        kept = {old.id for old, _ in decision.moves}
        more = {old.id for old, _ in pairs if old.id not in kept}
        if not more:
            break
        refused |= more
    moved = {new.id for _, new in decision.moves}
    for view in ready:
        for place in view.group.arrivals:
            if place.id in moved:
                continue
            root_id = view.waits_for(place)
            if root_id is None:
                decision.copies.append(place.id)
            else:
                decision.waiting.setdefault(root_id, []).append(place.id)
    return decision


class _View:
    """A group, and what the disk says of its rows."""

    def __init__(self, group: Group, disk: Disk, *, is_last: bool) -> None:
        self.group = group
        self.displaced = group.displaced
        self._disk = disk
        self._gone: list[Place] = []
        self._there: list[Place] = []
        self._away: list[Place] = []
        spelled = {(each.root_id, _folded(each.path)) for each in group.arrivals}
        for place in group.others:
            self._sort_in(place, spelled)
        for place in group.unread:
            # Changed where it lies, and not read yet; or vanished before it was.
            if disk.state(place) is State.GONE:
                self._gone.append(place)
        is_unread = any(disk.state(place) is State.THERE for place in group.unread)
        has_choice = bool(self._gone or self.displaced)
        self.is_early = not is_last and (is_unread or (group.is_awaited and has_choice))

    def pairs(self, refused: set[int]) -> list[matching.Pair]:
        old = [place for place in (*self._gone, *self.displaced) if place.id not in refused]
        return matching.pair(old, self.group.arrivals)

    def waits_for(self, arrival: Place) -> int | None:
        """The root that is away, or not scanned as a whole since; None where nothing is open."""
        for place in (*self._away, *self._there):
            if not self._lived_beside(place, arrival):
                return place.root_id
        return None

    def _sort_in(self, place: Place, spelled: set[tuple[int, str]]) -> None:
        state = self._disk.state(place)
        is_twin = state is State.THERE and (place.root_id, _folded(place.path)) in spelled
        if is_twin and not self._disk.is_listed(place):
            state = State.GONE
        if state is State.GONE:
            self._gone.append(place)
        elif state is State.AWAY:
            self._away.append(place)
        elif place.is_available:
            self._there.append(place)

    def _lived_beside(self, place: Place, arrival: Place) -> bool:
        """Whether a whole scan has seen both.

        Until then the file may be on its way still: a move to another drive copies all first.
        """
        root = self._disk.root(place)
        return root is None or (
            place.is_available
            and root.scanned_at is not None
            and arrival.first_seen_at <= root.scanned_at
        )


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()
