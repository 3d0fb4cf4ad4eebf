"""Which folder of the library a person means: typed, picked step by step, or new."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dtoolkit.core import paths
from dtoolkit.core.errors import AppError, BadInput
from gallery.filing import names, trash
from gallery.filing.refusals import Refused, said
from gallery.filing.rooms import Room
from gallery.models import Collection, Folder, LibraryRoot
from gallery.scanning import reachability
from gallery.services import disk_folders
from gallery.services.places import Place, locate

_MOST_LISTED = 2000


@dataclass(frozen=True, slots=True)
class Chooser:
    """What the form shows: the folder in its field, where it leads, and why it cannot be used."""

    path: str
    above: str
    children: Sequence[tuple[str, str]]
    problem: str = ""


def folder(typed: str, new: str, collection: Collection) -> Place:
    """The folder `typed`, or the new one `new` in it. Raises `BadInput`, and `RootOffline`."""
    place = _place(typed, collection)
    parts = [part.strip() for part in new.strip().strip("/").split("/")] if new.strip() else []
    for part in parts:
        if problem := names.problem(part):
            raise BadInput(problem)
    relative = "/".join(part for part in (place.relative, *map(paths.to_text, parts)) if part)
    place = Place(place.root, relative)
    room = Room(place.root)
    if reason := room.why_not(relative):
        raise BadInput(f"{reason[0].upper()}{reason[1:]}: images would leave the library.")
    if not parts:
        try:
            room.shelf(relative)
        except Refused as refused:
            raise BadInput(
                f"{shown(place)} cannot be used: {refused.reason}. To make a folder, "
                "name it under New folder."
            ) from refused
    return place


def make(root: LibraryRoot, relative: str) -> None:
    """The folder, if it is not there yet. Raises `BadInput`."""
    path = root.disk_path / paths.from_text(relative)
    if path.is_dir():
        return
    above = path
    while not above.is_dir():
        above = above.parent
    if not above.resolve().is_relative_to(root.disk_path.resolve()):
        raise BadInput("That folder leads out of the library by a link.")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            f"The folder {paths.display(relative)} cannot be made: {said(error)}."
        ) from error


def shown(place: Place) -> str:
    """For a person: the root's name and the way below it."""
    return f"{place.root.name}/{place.relative}" if place.relative else place.root.name


def chooser(typed: str, collection: Collection) -> Chooser:
    """Never raises: a path that leads nowhere stays in its field to be mended."""
    typed = typed.strip()
    if not typed:
        return Chooser("", "", _roots(collection))
    try:
        place = _place(typed, collection)
        children = _children(place)
    except AppError as error:
        return Chooser(typed, "", _roots(collection), error.message)
    path = _text(place.disk_path)
    above = _text(place.disk_path.parent) if place.relative else ""
    return Chooser(path, above, children)


def path_of(folder_id: str, collection: Collection) -> str:
    """Of a folder of the tree; empty where there is none such."""
    if not (folder_id.isascii() and folder_id.isdigit() and len(folder_id) < 19):
        return ""
    known = Folder.objects.filter(root__collection=collection).select_related("root")
    found = known.filter(pk=int(folder_id)).first()
    return _text(Place(found.root, found.path).disk_path) if found else ""


def without_trash(root_ids: Iterable[int]) -> list[LibraryRoot]:
    """Those of the roots on whose drives nothing can be thrown away."""
    roots = LibraryRoot.objects.filter(pk__in=set(root_ids)).order_by("name")
    return [
        root
        for root in roots
        if not reachability.why_offline(root) and not trash.is_there(str(root.disk_path))
    ]


def _place(typed: str, collection: Collection) -> Place:
    place = locate(disk_folders.absolute(paths.from_text(typed.strip())))
    if place.root.collection_id != collection.pk:
        raise BadInput(f"{place.root} belongs to another collection.")
    reachability.require_online(place.root)
    return place


def _roots(collection: Collection) -> list[tuple[str, str]]:
    known = LibraryRoot.objects.filter(collection=collection, offline_since=None).order_by("name")
    return [(root.name, root.path) for root in known]


def _children(place: Place) -> list[tuple[str, str]]:
    """Names and paths of the folders in it that the library shows. Raises `BadInput`."""
    room = Room(place.root)
    try:
        room.shelf(place.relative)
        with os.scandir(place.disk_path) as entries:
            found = sorted(
                (
                    paths.to_text(entry.name)
                    for entry in entries
                    if entry.is_dir(follow_symlinks=False)
                ),
                key=str.casefold,
            )
    except (Refused, OSError) as error:
        reason = error.reason if isinstance(error, Refused) else said(error)
        raise BadInput(f"{shown(place)} cannot be used: {reason}.") from error
    prefix = f"{place.relative}/" if place.relative else ""
    kept = [name for name in found if not room.why_not(prefix + name)][:_MOST_LISTED]
    return [(name, _text(place.disk_path / paths.from_text(name))) for name in kept]


def _text(path: Path) -> str:
    return paths.to_text(str(path))
