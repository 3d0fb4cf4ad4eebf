"""What `FileAct` says, written before a deed and after it."""

from typing import Any

import orjson
from django.db import connection
from django.utils import timezone

from dtoolkit.core import paths
from gallery.filing.rooms import Rooms
from gallery.filing.spots import Spot
from gallery.models import FileAct

State = FileAct.State
# From, to, and what is done: moved; copied, since it is another image's too; dropped, since it lies
# at the target already.
Pair = tuple[str, str, str]
_SAVE = """
UPDATE gallery_fileact SET state = %s, source = %s, target = %s, problem = %s, changed_at = %s,
    sidecars = %s::jsonb, known = %s::jsonb
WHERE id = %s
"""


def begin(
    act: FileAct,
    rooms: Rooms,
    source: Spot,
    target: Spot | None,
    pairs: list[Pair],
    *,
    is_back: bool = False,
) -> None:
    """Whoever comes after a kill reads this."""
    act.known |= {"way": [source.stored(), target.stored() if target else None]}
    if not is_back:
        act.known |= {"from": source.stored()}
        if target is not None:
            act.known |= {"to": target.stored()}
            act.target = paths.to_text(rooms.path(target))
        act.source = paths.to_text(rooms.path(source))
    act.sidecars = [list(pair) for pair in pairs]
    act.problem = ""
    _save(act, State.DOING)


def end(act: FileAct, state: FileAct.State, **known: Any) -> None:
    act.known |= known
    act.problem = ""
    _save(act, state)


def step(act: FileAct, **known: Any) -> None:
    """Further on, and still under way."""
    act.known |= known
    _save(act, State.DOING)


def refuse(act: FileAct, state: FileAct.State, reason: str) -> None:
    """It is left in `state`."""
    act.problem = reason
    _save(act, state)


def way(act: FileAct) -> tuple[Spot, Spot]:
    source, target = act.known["way"]
    return Spot.read(source), Spot.read(target)


def pairs(act: FileAct) -> list[Pair]:
    return [(str(source), str(target), str(mode)) for source, target, mode in act.sidecars]


def partial(act: FileAct, rooms: Rooms, target: Spot, number: int) -> str:
    """A hidden name beside the target, the same after a kill."""
    spot = Spot(target.root_id, target.folder, f".dtk-{act.pk}-{number}.partial")
    return rooms.path(spot)


def _save(act: FileAct, state: FileAct.State) -> None:
    """By hand: it is done three times a file."""
    act.state = state
    act.changed_at = timezone.now()
    facts = (state, act.source, act.target, act.problem, act.changed_at)
    written = [orjson.dumps(value).decode() for value in (act.sidecars, act.known)]
    with connection.cursor() as cursor:
        cursor.execute(_SAVE, [*facts, *written, act.pk])
        if not cursor.rowcount:
            raise FileAct.DoesNotExist(f"Act {act.pk} is gone from the history.")
