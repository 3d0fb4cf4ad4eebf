"""The conditions that a page's own parameters stand for: its folder, its album, its model file."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q

from gallery.models import AlbumImage, Folder, ImageResource, ResourceMatch, Selection, Viewing
from gallery.querysets import subtree
from gallery.search.conditions import (
    FEW_IMAGES,
    Condition,
    Elsewhere,
    Few,
    Indexed,
    Plain,
    any_of,
)

FEW_FOLDERS = 2000


class Within:
    """In `folder` or anywhere below it; folders know how many images they hold."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def where(self) -> Q:
        return Q(folder__in=Folder.objects.filter(subtree(self._folder)))

    def few(self, limit: int) -> Few | None:
        held = Folder.objects.filter(subtree(self._folder)).values_list("pk", "image_count")
        counts = dict(held[: FEW_FOLDERS + 1])
        count = sum(counts.values())
        if len(counts) > FEW_FOLDERS or count > limit:
            return None
        return Few(count, any_of("folder_id", list(counts)), Q())


def of_workflow(pk: int) -> Condition:
    return Indexed(any_of("workflow_id", [pk]))


def of_prompt(pk: int) -> Condition:
    return Indexed(any_of("prompt_id", [pk]))


def of_negative_prompt(pk: int) -> Condition:
    return Indexed(any_of("negative_prompt_id", [pk]))


def of_uses(uses: Q) -> Condition:
    """Images some of whose uses of resources are so."""
    rows = ImageResource.objects.filter(uses).order_by()
    return Elsewhere(rows.values_list("image", flat=True), _exists(rows))


def of_resource(pk: int) -> Condition:
    """Made with what recorded uses call so."""
    return of_uses(Q(resource=pk))


def made_with(file_id: int) -> Condition:
    """The images that used one model file, however they call it."""
    hashes: dict[int, list[str]] = {}
    calls = ResourceMatch.objects.filter(file=file_id)
    for resource, recorded_hash in calls.values_list("resource", "recorded_hash"):
        hashes.setdefault(resource, []).append(recorded_hash)
    means = Q(pk__in=())
    for resource, recorded in hashes.items():
        means |= Q(resource=resource, recorded_hash__in=recorded)
    return of_uses(means)


def in_album(pk: int) -> Condition:
    """What a person put into it."""
    entries = AlbumImage.objects.filter(album=pk).order_by()
    return Elsewhere(entries.values_list("image", flat=True), _exists(entries))


def viewed() -> Condition:
    rows = Viewing.objects.order_by()
    return Elsewhere(rows.values_list("image", flat=True), Q(viewing__isnull=False))


def selected(selection: Selection, whole: Condition | None) -> Iterator[Condition]:
    """What a person selected: single images, or `whole` but for some."""
    listed = any_of("id", selection.image_ids)
    if whole is None:
        yield Indexed(listed)
        return
    yield whole
    yield Plain(Q(pk__lte=selection.newest_id))
    if selection.image_ids:
        yield Plain(~listed)


def _exists(rows: object) -> Q:
    return Q(Exists(rows.filter(image=OuterRef("pk"))))  # type: ignore[attr-defined]


__all__ = [
    "FEW_IMAGES",
    "Within",
    "in_album",
    "made_with",
    "of_negative_prompt",
    "of_prompt",
    "of_resource",
    "of_uses",
    "of_workflow",
    "selected",
    "viewed",
]
