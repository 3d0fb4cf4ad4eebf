"""Which images the sidecars of a folder elsewhere belong to: by stem, the subfolder first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from gallery.metadata import sidecars
from gallery.models import Collection, Image
from gallery.scanning.options import SUFFIXES

_ENDINGS = tuple(
    spelt for suffix in SUFFIXES for spelt in (suffix, suffix.upper(), suffix.capitalize())
)


@dataclass(frozen=True, slots=True)
class Given:
    """A file that may be a sidecar: `folder` below the imported one, `name` as stored."""

    folder: str
    name: str

    @property
    def path(self) -> str:
        return f"{self.folder}/{self.name}" if self.folder else self.name


@dataclass(frozen=True, slots=True)
class _Candidate:
    id: int
    folder: str
    name: str


@dataclass(slots=True)
class Matches:
    """`ambiguous` could be of several images, `strangers` are of none."""

    images: dict[int, list[Given]] = field(default_factory=dict)
    ambiguous: list[Given] = field(default_factory=list)
    strangers: list[Given] = field(default_factory=list)


def match(collection: Collection, given: Sequence[Given]) -> Matches:
    """In a few queries, however many there are."""
    found = Matches()
    by_name = _candidates(collection, given)
    for each in given:
        images = list(_best(each, by_name))
        if len(images) == 1:
            found.images.setdefault(images[0].id, []).append(each)
        elif images:
            found.ambiguous.append(each)
        else:
            found.strangers.append(each)
    return found


def _candidates(collection: Collection, given: Iterable[Given]) -> dict[str, list[_Candidate]]:
    """Images by name, and by stem."""
    owners = {parts[0] for each in given if (parts := sidecars.split(each.name))}
    names = {owner + ending for owner in owners for ending in _ENDINGS} | owners
    rows = Image.objects.in_collection(collection).filter(name__in=names)
    found: dict[str, list[_Candidate]] = {}
    for pk, folder, name in rows.values_list("pk", "folder__path", "name").iterator():
        candidate = _Candidate(pk, folder, name)
        found.setdefault(name, []).append(candidate)
        found.setdefault(name.rpartition(".")[0], []).append(candidate)
    return found


def _best(given: Given, by_name: dict[str, list[_Candidate]]) -> Iterator[_Candidate]:
    """Those in the same subfolder, else in one whose path ends so, else anywhere."""
    parts = sidecars.split(given.name)
    if parts is None:
        return
    candidates = by_name.get(parts[0], [])
    # A name that holds an image's whole name is no other's.
    whole = [each for each in candidates if each.name == parts[0]]
    candidates = whole or candidates
    if given.folder:
        same = [each for each in candidates if each.folder == given.folder]
        alike = [each for each in candidates if each.folder.endswith(f"/{given.folder}")]
        candidates = same or alike or candidates
    yield from candidates
