"""The scan of a folder of model files: what is new or changed is read, what moved keeps its row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from dtoolkit.core import paths
from dtoolkit.jobs.kinds import Progress
from gallery.models import ResourceFile, ResourceFolder
from gallery.resources import moves, reachability, reading, walking
from gallery.resources.reading import Reading
from gallery.resources.walking import Found, Unseen
from gallery.scanning import cleaning

_BATCH = 200
_MOST_FORMER_NAMES = 20
_READ_FIELDS = (
    "name",
    "kind",
    "size",
    "mtime_ns",
    "is_available",
    "read_at",
    "base",
    "title",
    "preview",
    "facts",
    "problem",
    "fingerprint",
    "beside_stamp",
    "stated_hashes",
    "aliases",
    "former_names",
    "autov1",
    "sha256",
    "autov3",
    "hashed_at",
)


@dataclass(slots=True)
class Scanned:
    """`unseen` could not be looked at; links that lead out of the folder are among them."""

    found: int = 0
    read: int = 0
    moved: int = 0
    vanished: int = 0
    unseen: int = 0

    def __str__(self) -> str:
        parts = [f"{self.found:,} model file{'' if self.found == 1 else 's'}"]
        for count, word in (
            (self.read, "read"),
            (self.moved, "moved"),
            (self.vanished, "gone"),
            (self.unseen, "not looked at"),
        ):
            if count:
                parts.append(f"{count:,} {word}")
        return ", ".join(parts)


def scan(folder: ResourceFolder, progress: Progress, *, rebuild: bool = False) -> Scanned:
    """Unchanged files are not opened, unless `rebuild`. Raises `FolderOffline`, `JobCancelled`."""
    reachability.require_online(folder)
    found: dict[str, Found] = {}
    unseen: list[Unseen] = []
    for entry in walking.walk(paths.from_text(folder.path)):
        if isinstance(entry, Found):
            found[entry.path] = entry
        else:
            unseen.append(entry)
        progress.check()
    known = {file.path: file for file in ResourceFile.objects.filter(folder=folder)}
    due = [entry for entry in found.values() if rebuild or _is_due(entry, known.get(entry.path))]
    result = Scanned(found=len(found), unseen=len(unseen))
    for batch in _batches(due):
        read = [(entry, reading.read(folder.path, entry, folder.kind)) for entry in batch]
        result.moved += _save(folder, read, known, found, unseen)
        result.read += len(batch)
        progress.report(result.read, message=str(result), found=len(due))
        progress.check()
    reachability.require_online(folder)
    result.vanished = _mark_vanished(folder, found, unseen)
    ResourceFolder.objects.filter(pk=folder.pk).update(scanned_at=timezone.now())
    progress.report(result.read, message=str(result), found=len(due))
    return result


def _is_due(entry: Found, known: ResourceFile | None) -> bool:
    return known is None or (
        (entry.size, entry.mtime_ns, entry.stamp)
        != (known.size, known.mtime_ns, known.beside_stamp)
        or not known.is_available
        or known.fingerprint is None
    )


def _batches(entries: Sequence[Found]) -> Iterable[Sequence[Found]]:
    return (entries[start : start + _BATCH] for start in range(0, len(entries), _BATCH))


def _save(
    folder: ResourceFolder,
    read: Sequence[tuple[Found, Reading]],
    known: dict[str, ResourceFile],
    found: dict[str, Found],
    unseen: Sequence[Unseen],
) -> int:
    """One statement for all; how many of them were known at another place."""
    moved = moves.find(
        folder,
        {e.path: r.identity for e, r in read if r.identity and e.path not in known},
        found,
        unseen,
    )
    rows = []
    for entry, each in read:
        before = known.get(entry.path) or moved.get(entry.path)
        rows.append(_row(folder, entry, each, before))
    with transaction.atomic():
        moves.apply(folder, moved)
        ResourceFile.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["folder", "path"],
            update_fields=_READ_FIELDS,
        )
    return len(moved)


def _row(
    folder: ResourceFolder, entry: Found, read: Reading, before: ResourceFile | None
) -> ResourceFile:
    row = ResourceFile(
        folder=folder,
        path=entry.path,
        name=entry.stem,
        kind=read.kind,
        size=entry.size,
        mtime_ns=entry.mtime_ns,
        is_available=True,
        read_at=timezone.now(),
        base=cleaning.text(read.base),
        title=cleaning.text(read.title),
        preview=entry.preview,
        facts=[[label, cleaning.text(value)] for label, value in read.facts],
        problem=read.problem,
        fingerprint=read.identity,
        beside_stamp=entry.stamp,
        stated_hashes=read.stated_hashes,
        aliases=[cleaning.text(alias) for alias in read.aliases],
        autov1=read.autov1,
    )
    if before and _is_same(before.fingerprint, read.identity):
        row.sha256, row.autov3, row.hashed_at = before.sha256, before.autov3, before.hashed_at
        row.former_names = _former_names(before, row.name)
    return row


def _former_names(before: ResourceFile, now: str) -> list[str]:
    """The latest first."""
    names = dict.fromkeys((before.name, *before.former_names))
    return [name for name in names if name != now][:_MOST_FORMER_NAMES]


def _is_same(before: UUID | None, now: UUID | None) -> bool:
    return before is not None and before == now


def _mark_vanished(
    folder: ResourceFolder, found: dict[str, Found], unseen: Sequence[Unseen]
) -> int:
    """Below what could not be looked at nothing is known."""
    gone = ResourceFile.objects.filter(folder=folder, is_available=True)
    for entry in unseen:
        if not entry.path:
            return 0
        gone = gone.exclude(Q(path=entry.path) | Q(path__startswith=f"{entry.path}/"))
    ids = [pk for pk, path in gone.values_list("pk", "path") if path not in found]
    return ResourceFile.objects.filter(pk__in=ids).update(is_available=False)
