"""How each library folder is: what watches it, what is done with it, since when it is away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from dtoolkit.core import paths
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import listing
from gallery.models import Collection, Folder, LibraryRoot, WatchState
from gallery.watching import states

MOST_TREATED = 200
_SAID = {
    WatchState.WATCHING: "Watched: what changes on the disk appears within seconds.",
    WatchState.POLLING: "Looked at again and again, as the system does not tell of changes here.",
    WatchState.FAILED: "It cannot be watched. Scan it when something changed.",
}
_UNWATCHED = "Not watched. Scan it when something changed."
_NO_WATCHER = "Not watched now: no watcher is running. Scan it when something changed."


@dataclass(frozen=True, slots=True)
class Standing:
    """A root with its top folder's id, and with whatever a person should know of it now."""

    root: LibraryRoot
    top_id: int | None
    image_count: int
    state: str
    says: str
    job: Job | None = None
    treated: Sequence[Folder] = ()

    @property
    def name(self) -> str:
        return paths.display(self.root.name)

    @property
    def offline_since(self) -> datetime | None:
        return self.root.offline_since


def of_all(collection: Collection, *, with_treated: bool = True) -> list[Standing]:
    """Four queries, whatever there is; three without the folders treated apart."""
    roots = LibraryRoot.objects.filter(collection=collection)
    return _standings(list(_counted(roots)), with_treated=with_treated)


def of_one(root: LibraryRoot) -> Standing:
    return _standings([_counted(LibraryRoot.objects.filter(pk=root.pk)).get()])[0]


def _counted(roots: QuerySet[LibraryRoot]) -> QuerySet[LibraryRoot]:
    top = Folder.objects.filter(root=OuterRef("pk"), path="").values("pk")[:1]
    counted = roots.annotate(total=Coalesce(Sum("folders__image_count"), 0), top_id=Subquery(top))
    return counted.select_related("collection").order_by("name", "pk")


def _standings(roots: Sequence[LibraryRoot], *, with_treated: bool = True) -> list[Standing]:
    living = states.living()
    jobs = {job.params.get("root_id"): job for job in reversed(listing.active())}
    treated: dict[int, list[Folder]] = {}
    if with_treated:
        folders = Folder.objects.filter(root__in=roots).exclude(treatment="")
        for folder in folders.select_related("root").order_by("path")[:MOST_TREATED]:
            treated.setdefault(folder.root_id, []).append(folder)
    return [
        Standing(
            root=root,
            top_id=root.top_id,  # type: ignore[attr-defined]
            image_count=root.total,  # type: ignore[attr-defined]
            state=_state(root, living),
            says=_says(root, living),
            job=jobs.get(root.pk),
            treated=treated.get(root.pk, ()),
        )
        for root in roots
    ]


def _state(root: LibraryRoot, living: set[int]) -> str:
    """As the page's colours name it."""
    return "offline" if root.offline_since else str(states.current(root, living))


def _says(root: LibraryRoot, living: set[int]) -> str:
    state = states.current(root, living)
    if state is WatchState.OFF:
        return _NO_WATCHER if root.is_watched else _UNWATCHED
    return paths.display(root.watch_note) or _SAID[state]
