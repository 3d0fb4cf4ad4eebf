"""One image's file with its sidecars copied to another folder; undone, the copies go to the trash
unless somebody changed them. The copy is a new image, which a scan takes in."""

from gallery.filing import disk, names, notes, rows, trash
from gallery.filing.moving import free_spot, reason_of, require_as_scanned
from gallery.filing.notes import Pair, State
from gallery.filing.refusals import Refused
from gallery.filing.rooms import Rooms
from gallery.filing.spots import Spot
from gallery.models import FileAct, Image

EDITED = "the copy was changed since"


def copy(act: FileAct, image: Image, rooms: Rooms, *, numbers: bool) -> None:
    """Forward, or on from where a kill left it. Raises `Refused`, nothing being left then."""
    is_again = act.state == State.DOING
    if not is_again:
        source = Spot.of(image)
        require_as_scanned(rooms, source, image)
        wanted = Spot.read(act.known["to"])
        target = free_spot(rooms, source, wanted, image, numbers=numbers, takes_away=False)
        notes.begin(act, rooms, source, target, _pairs(rooms, source, target))
    source, target = notes.way(act)
    made: list[str] = []
    try:
        for number, (name, new) in enumerate(_steps(act, source, target)):
            here = rooms.path(Spot(source.root_id, source.folder, name))
            there = rooms.path(Spot(target.root_id, target.folder, new))
            aside = notes.partial(act, rooms, target, number)
            disk.duplicate(here, there, aside, is_again=is_again)
            made.append(there)
        found = [_facts(path) for path in made]
    except (Refused, OSError) as error:
        for path in made:
            disk.remove(path)
        rooms.forget(target)
        raise Refused(reason_of(error)) from error
    for _, new in _steps(act, source, target):
        rooms.shelf(target).add(new)
    notes.end(act, State.DONE, made=found)


def uncopy(act: FileAct, rooms: Rooms) -> None:
    """The copies into the trash. Raises `Refused` where one is not as it was made."""
    target = Spot.read(act.known["to"])
    rooms.shelf(target)
    there = [rooms.path(spot) for spot in _copies(act, target)]
    for path, facts in zip(there, act.known["made"], strict=True):
        if disk.look(path) is not None and _facts(path) != facts:
            raise Refused(EDITED)
    if act.state != State.DOING:
        source = Spot.read(act.known["from"])
        notes.begin(act, rooms, target, source, notes.pairs(act), is_back=True)
    try:
        for path in there:
            if disk.look(path) is not None:
                trash.put(path)
    except (Refused, OSError) as error:
        rooms.forget(target)
        raise Refused(reason_of(error)) from error
    for spot in _copies(act, target):
        rooms.shelf(target).drop(spot.name)
    of_copy = Image.objects.filter(
        folder__root=target.root_id, folder__path=target.folder, name=target.name
    )
    rows.vanish(list(of_copy.filter(is_available=True).values_list("pk", flat=True)))
    notes.end(act, State.UNDONE)


def _pairs(rooms: Rooms, source: Spot, target: Spot) -> list[Pair]:
    """Without those that lie there already and say the same."""
    there = rooms.shelf(target)
    return [
        (name, new, "copy")
        for name in rooms.shelf(source).sidecars_of(source.name)
        if disk.look(there.at(new := names.beside(name, source.name, target.name))) is None
    ]


def _steps(act: FileAct, source: Spot, target: Spot) -> list[tuple[str, str]]:
    beside = [(name, new) for name, new, _ in notes.pairs(act)]
    return [(source.name, target.name), *beside]


def _copies(act: FileAct, target: Spot) -> list[Spot]:
    names = [target.name, *(new for _, new, _ in notes.pairs(act))]
    return [Spot(target.root_id, target.folder, name) for name in names]


def _facts(path: str) -> list[int]:
    found = disk.look(path)
    return [found.st_size, found.st_mtime_ns] if found else []
