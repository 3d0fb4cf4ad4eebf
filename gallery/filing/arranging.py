"""Where a pattern of folders and names puts images, and what that comes to before it is done."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.db.models import Q

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput
from gallery.filing import names
from gallery.filing.patterns import expanding, fields
from gallery.filing.rooms import Room
from gallery.filing.spots import Spot
from gallery.models import Collection, Folder, Image, LibraryRoot
from gallery.querysets import ImageQuerySet
from gallery.scanning.relative import way

# So many are looked through while one types; of more, the first ones.
MOST_LOOKED_AT = 3_000
# And before an act that must not meet any taken name.
MOST_CHECKED = 100_000
MOST_FOLDERS = 60
MOST_LINES = 6
_READ = 2_000


@dataclass(frozen=True, slots=True)
class Arranged:
    """`spot` is where it is to lie; `missing` are fields it has nothing for."""

    image: Image
    spot: Spot
    missing: frozenset[str]

    @property
    def is_there(self) -> bool:
        """Or under the number that it got because its name was taken."""
        now = Spot.of(self.image)
        is_beside = (now.root_id, now.folder) == (self.spot.root_id, self.spot.folder)
        return is_beside and names.is_numbered(now.name, self.spot.name)


@dataclass(frozen=True, slots=True)
class Line:
    old: str
    new: str
    problem: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A folder that would hold images, `depth` below its root; `is_new` is made for them."""

    depth: int
    name: str
    count: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Preview:
    pattern: str
    problem: str = ""
    lines: Sequence[Line] = ()
    branches: Sequence[Branch] = ()
    more_branches: int = 0
    moves: int = 0
    in_place: int = 0
    taken: int = 0
    refused: Sequence[tuple[str, int]] = ()
    missing: Sequence[tuple[str, int]] = ()
    looked_at: int = 0
    is_all: bool = True
    new_folders: int = 0


@dataclass(slots=True)
class _Looked:
    moving: list[Arranged] = field(default_factory=list)
    in_place: int = 0
    counts: Counter[tuple[int, str]] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    looked_at: int = 0
    is_all: bool = True


def root_of(value: str, collection: Collection) -> int | None:
    """None where each image stays in its own. Raises `BadInput`."""
    if not value:
        return None
    known = LibraryRoot.objects.filter(collection=collection)
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise BadInput("Choose one of the library's folders.")
    root = known.filter(pk=int(value)).values_list("pk", flat=True).first()
    if root is None:
        raise BadInput("That folder is not in this collection any more.")
    return root


def planned(
    chosen: ImageQuerySet, pattern: str, root: int | None, most: int | None = None
) -> Iterator[Arranged]:
    """Oldest first: in that order they are numbered, anew in each folder. Up to `most` of them."""
    checked = expanding.checked(pattern, has_folders=True)
    rows = fields.with_needs(chosen.filter(is_available=True), checked.used)
    width = len(str(chosen.count())) if checked.counts else 1
    spelled = _Spelling()
    counters: Counter[tuple[int, str]] = Counter()
    for image in rows.order_by("created_at", "pk")[:most].iterator(_READ):
        root_id = root or image.folder.root_id
        made = checked.made(image, 0, width)
        folder = spelled(root_id, made.folder)
        if checked.counts:
            counters[root_id, folder] += 1
            made = checked.made(image, counters[root_id, folder], width)
        name = names.with_stem(image.name, made.stem)
        yield Arranged(image, Spot(root_id, folder, name), made.missing)


def preview(chosen: ImageQuerySet, pattern: str, root: int | None) -> Preview:
    """Never raises: what is wrong with the pattern is in it."""
    try:
        looked = _look(chosen, pattern, root, MOST_LOOKED_AT)
    except BadInput as error:
        return Preview(pattern, error.message)
    problems = _problems(looked.moving)
    refused = Counter(reason for reason in problems.values() if reason != _TAKEN)
    branches, new = _branches(looked.counts)
    lines = [_line(each, problems.get(each.image.pk, "")) for each in _telling(looked, problems)]
    return Preview(
        pattern,
        lines=lines,
        branches=branches[:MOST_FOLDERS],
        more_branches=max(0, len(branches) - MOST_FOLDERS),
        moves=len(looked.moving),
        in_place=looked.in_place,
        taken=sum(reason == _TAKEN for reason in problems.values()),
        refused=refused.most_common(3),
        missing=looked.missing.most_common(5),
        looked_at=looked.looked_at,
        is_all=looked.is_all,
        new_folders=new,
    )


def require_no_taken(chosen: ImageQuerySet, pattern: str, root: int | None) -> None:
    """Raises `BadInput` where names would meet, or where that cannot be told of so many."""
    looked = _look(chosen, pattern, root, MOST_CHECKED)
    if not looked.is_all:
        raise BadInput(
            f"Whether names meet can be told of {MOST_CHECKED:,} images at once. Choose fewer, "
            "or how to go on where a name is taken."
        )
    taken = sum(reason == _TAKEN for reason in _problems(looked.moving).values())
    if taken:
        raise BadInput(f"{taken:,} names are taken, so that nothing was moved.")


_TAKEN = "taken"


def _look(chosen: ImageQuerySet, pattern: str, root: int | None, most: int) -> _Looked:
    looked = _Looked()
    for arranged in planned(chosen, pattern, root, most + 1):
        if looked.looked_at == most:
            looked.is_all = False
            break
        looked.looked_at += 1
        looked.counts[arranged.spot.root_id, arranged.spot.folder] += 1
        looked.missing.update(arranged.missing)
        if arranged.is_there:
            looked.in_place += 1
        else:
            looked.moving.append(arranged)
    return looked


def _problems(moving: Sequence[Arranged]) -> dict[int, str]:
    """Why some of them could not go there, by image."""
    rooms = {root.pk: Room(root) for root in LibraryRoot.objects.filter(pk__in=_roots(moving))}
    why_not = {
        place: rooms[place[0]].why_not(place[1])
        for place in {(each.spot.root_id, each.spot.folder) for each in moving}
    }
    wanted = Counter(_key(each.spot) for each in moving)
    leaving = {each.image.pk for each in moving}
    held = _held([each.spot for each in moving], leaving)
    found: dict[int, str] = {}
    for each in moving:
        spot = each.spot
        if reason := why_not[spot.root_id, spot.folder]:
            found[each.image.pk] = reason
        elif wanted[_key(spot)] > 1 or (spot.root_id, spot.folder, spot.name) in held:
            found[each.image.pk] = _TAKEN
    return found


def _held(spots: Sequence[Spot], leaving: set[int]) -> set[tuple[int, str, str]]:
    """Places of images that stay where they are."""
    held = set()
    for first in range(0, len(spots), _READ):
        some = spots[first : first + _READ]
        rows = Image.objects.filter(
            Q(
                folder__root__in={s.root_id for s in some},
                folder__path__in={s.folder for s in some},
            ),
            name__in={spot.name for spot in some},
        )
        columns = ("pk", "folder__root", "folder__path", "name")
        held |= {
            (root, folder, name)
            for pk, root, folder, name in rows.values_list(*columns)
            if pk not in leaving
        }
    return held


def _roots(moving: Sequence[Arranged]) -> set[int]:
    return {each.spot.root_id for each in moving}


def _key(spot: Spot) -> tuple[int, str, str]:
    return spot.root_id, spot.folder, names.folded(spot.name)


def _telling(looked: _Looked, problems: dict[int, str]) -> list[Arranged]:
    """Some with a problem, then of each folder one before a second of any."""
    bad = [each for each in looked.moving if each.image.pk in problems][: MOST_LINES // 2]
    firsts: dict[tuple[int, str], Arranged] = {}
    for each in looked.moving:
        if each.image.pk not in problems:
            firsts.setdefault((each.spot.root_id, each.spot.folder), each)
            if len(firsts) == MOST_LINES:
                break
    good = list(firsts.values())
    rest = [e for e in looked.moving[:50] if e.image.pk not in problems and e not in good]
    return [*bad, *good, *rest][:MOST_LINES]


def _line(arranged: Arranged, problem: str) -> Line:
    old, new = Spot.of(arranged.image).relative, arranged.spot.relative
    return Line(paths.display(old), paths.display(new), problem)


def _branches(counts: Counter[tuple[int, str]]) -> tuple[list[Branch], int]:
    """The folders as a tree, each after the one it lies in, with the images in and below it."""
    roots = LibraryRoot.objects.in_bulk({root for root, _ in counts})
    known = set(
        Folder.objects.filter(root__in=roots, is_available=True, path__in=_ways(counts))
        .values_list("root", "path")
    )  # fmt: skip
    sums: Counter[tuple[int, str]] = Counter()
    for (root, folder), many in counts.items():
        for above in way(folder):
            sums[root, above] += many
    branches: list[Branch] = []
    for root, folder in sorted(sums, key=lambda place: (place[0], place[1].split("/"))):
        name = folder.rpartition("/")[2] if folder else roots[root].name
        depth = folder.count("/") + 1 if folder else 0
        is_new = (root, folder) not in known and not _on_disk(roots[root], folder).is_dir()
        branches.append(Branch(depth, paths.display(name), sums[root, folder], is_new))
    return branches, sum(branch.is_new for branch in branches)


def _ways(counts: Counter[tuple[int, str]]) -> set[str]:
    return {above for _, folder in counts for above in way(folder)}


def _on_disk(root: LibraryRoot, folder: str) -> Path:
    return root.disk_path / paths.from_text(folder)


class _Spelling:
    """One spelling of folders that differ by capitals alone: that of the folder that is there, else
    the first one."""

    def __init__(self) -> None:
        self._known: dict[int, dict[str, str]] = {}
        self._roots: dict[int, LibraryRoot] = {}
        self._listed: set[tuple[int, str]] = set()

    def __call__(self, root_id: int, folder: str) -> str:
        known = self._of(root_id)
        spelled = ""
        for part in folder.split("/") if folder else []:
            path = f"{spelled}/{part}" if spelled else part
            if names.folded(path) not in known:
                self._list(root_id, spelled, known)
            spelled = known.setdefault(names.folded(path), path)
        return spelled

    def _list(self, root_id: int, folder: str, known: dict[str, str]) -> None:
        """Folders without images, which the library does not know of."""
        if (root_id, folder) in self._listed:
            return
        self._listed.add((root_id, folder))
        root = self._roots.get(root_id) or LibraryRoot.objects.get(pk=root_id)
        self._roots[root_id] = root
        # It is to be made first, or its drive is away.
        with suppress(OSError), os.scandir(_on_disk(root, folder)) as entries:
            for name in sorted(paths.to_text(each.name) for each in entries if each.is_dir()):
                path = f"{folder}/{name}" if folder else name
                known.setdefault(names.folded(path), path)

    def _of(self, root_id: int) -> dict[str, str]:
        if root_id not in self._known:
            there = Folder.objects.filter(root=root_id, is_available=True).order_by("path")
            paths_ = there.values_list("path", flat=True)
            self._known[root_id] = {names.folded(path): path for path in paths_.iterator()}
        return self._known[root_id]
