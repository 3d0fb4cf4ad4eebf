"""The folder tree of the rail: roots at once, the rest as it is opened."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Concat

from dtoolkit.core import paths
from gallery.models import Collection, Folder, LibraryRoot
from gallery.views.folder_words import word_of

MOST_SHOWN = 400
# What a person left out stays to be taken in again.
_IS_SHOWN = Q(is_available=True) | ~Q(treatment="")


@dataclass(slots=True)
class Branch:
    """A folder as the tree shows it; `folder_id` is None for a root that was never scanned."""

    folder_id: int | None
    name: str
    image_count: int
    has_children: bool
    is_current: bool = False
    is_open: bool = False
    offline_since: datetime | None = None
    treatment: str = ""
    children: list["Branch"] = field(default_factory=list)
    hidden_count: int = 0

    @property
    def word(self) -> str:
        """How it is treated, where not as the others are."""
        return word_of(self.treatment)


@dataclass(frozen=True, slots=True)
class Roots:
    all: Sequence[Branch]

    @property
    def are_awaited(self) -> bool:
        """One of them was never scanned, so that the tree is soon another one."""
        return any(branch.folder_id is None for branch in self.all)


def roots(collection: Collection, current: int | None) -> Roots:
    """The roots, opened down to the folder `current`. Two queries, or four where one is current."""
    top = Folder.objects.filter(root=OuterRef("pk"), path="")
    rows = (
        LibraryRoot.objects.filter(collection=collection)
        .annotate(
            total=Coalesce(Sum("folders__image_count"), 0),
            top_id=Subquery(top.values("pk")[:1]),
            treatment=Subquery(top.values("treatment")[:1]),
            folder_count=Count("folders"),
        )
        .order_by("name", "pk")
    )
    branches = [
        Branch(
            folder_id=root.top_id,
            name=paths.display(root.name),
            image_count=root.total,
            has_children=root.folder_count > 1,
            is_current=root.top_id is not None and root.top_id == current,
            offline_since=root.offline_since,
            treatment=root.treatment or "",
        )
        for root in rows
    ]
    if current is not None:
        _open_down_to(branches, current)
    return Roots(branches)


def children(parent: Folder) -> Branch:
    """`parent` with its sub-folders. One query."""
    branch = Branch(parent.pk, paths.display(parent.name), 0, has_children=True)
    _hang([branch], _listed(Folder.objects.filter(parent=parent)))
    return branch


def _open_down_to(branches: Iterable[Branch], current: int) -> None:
    folder = Folder.objects.filter(pk=current).first()
    if folder is None:
        return
    parts = folder.path.split("/") if folder.path else []
    ways = ["", *("/".join(parts[: i + 1]) for i in range(len(parts)))]
    opened = Folder.objects.filter(root=folder.root_id, path__in=ways)
    listed = _listed(Folder.objects.filter(parent__in=opened))
    _hang(branches, listed, current=current)


def _hang(
    branches: Iterable[Branch], folders: Iterable[Folder], current: int | None = None
) -> None:
    by_parent: dict[int | None, list[Folder]] = defaultdict(list)
    for folder in folders:
        by_parent[folder.parent_id].append(folder)

    def fill(branch: Branch) -> None:
        below = by_parent.get(branch.folder_id, []) if branch.folder_id else []
        branch.is_open = bool(below)
        branch.hidden_count = max(0, len(below) - MOST_SHOWN)
        for folder in below[:MOST_SHOWN]:
            child = Branch(
                folder_id=folder.pk,
                name=paths.display(folder.name),
                image_count=folder.subtree_count,  # type: ignore[attr-defined]
                has_children=folder.child_count > 0,  # type: ignore[attr-defined]
                is_current=folder.pk == current,
                treatment=folder.treatment,
            )
            branch.children.append(child)
            fill(child)

    for branch in branches:
        fill(branch)


def _listed(folders: QuerySet[Folder]) -> QuerySet[Folder]:
    """With the number of images in and below each: one range of the index on root and path."""
    below = Q(path=OuterRef("path")) | Q(
        path__gt=Concat(OuterRef("path"), Value("/")),
        path__lt=Concat(OuterRef("path"), Value("0")),  # '0' follows '/'
    )
    totals = (
        Folder.objects.filter(below, root=OuterRef("root"))
        .order_by()
        .values("root")
        .annotate(total=Sum("image_count"))
        .values("total")
    )
    return (
        folders.filter(_IS_SHOWN)
        .annotate(
            subtree_count=Coalesce(Subquery(totals), 0),
            child_count=Count("children", filter=Q(children__is_available=True)),
        )
        .order_by(F("name").asc())
    )
