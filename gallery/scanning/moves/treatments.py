"""A folder that a person excluded or archived, and then renamed or moved on disk, stays so.

Nobody tells of a folder's rename; the images that moved out of it do, where it is gone and all of
them lie in one new folder as they lay in it.
"""

import os
from collections.abc import Iterable
from datetime import timedelta

from dtoolkit.core import paths
from gallery.models import Folder, Image, LibraryRoot
from gallery.scanning import merging
from gallery.scanning.chosen import options_of
from gallery.scanning.moves.matching import Pair
from gallery.scanning.relative import way

# A large tree is not seen in one moment.
_AT_ONCE = timedelta(minutes=5)
_Place = tuple[int, str]  # a root's id and a path below it


def follow(moves: Iterable[Pair]) -> list[Folder]:
    """Gives each such folder's treatment to the folder where it is now; those folders.

    Inside the transaction that moved the images.
    """
    moves = list(moves)
    root_ids = {old.root_id for old, _ in moves}
    treated = {
        (folder.root_id, folder.path): folder
        for folder in Folder.objects.filter(root__in=root_ids)
        .exclude(treatment="")
        .exclude(path="")
    }
    if not treated:
        return []
    moved_to: dict[_Place, set[_Place | None]] = {}
    for old, new in moves:
        for path in way(old.folder):
            if (old.root_id, path) in treated:
                counterpart = _counterpart(path, old.folder, new.folder)
                place = (new.root_id, counterpart) if counterpart else None
                moved_to.setdefault((old.root_id, path), set()).add(place)
    followed = []
    for was, places in moved_to.items():
        place = places.pop()
        if places or place is None or place == was or not _is_gone(was):
            continue
        now = Folder.objects.filter(root=place[0], path=place[1], treatment="").first()
        if now and not _was_there_before(now, moves):
            _hand_over(treated[was], now)
            followed.append(now)
    return followed


def hide_excluded(folders: Iterable[Folder]) -> None:
    """What is excluded where it is now leaves the library, as any scan would have it."""
    for root in LibraryRoot.objects.filter(folders__in=list(folders)).distinct():
        options = options_of(root)
        known = Folder.objects.filter(root=root, image_count__gt=0).values_list("path", "pk")
        merging.hide_folders([pk for path, pk in known if options.excludes(path)])


def _counterpart(treated: str, old: str, new: str) -> str:
    """Where `treated`, on the way to `old`, is on the way to `new`; empty where it is not there."""
    below = old[len(treated) :]
    return new[: len(new) - len(below)] if new.endswith(below) else ""


def _is_gone(place: _Place) -> bool:
    root = LibraryRoot.objects.get(pk=place[0])
    try:
        os.lstat(root.disk_path / paths.from_text(place[1]))
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _was_there_before(folder: Folder, moves: list[Pair]) -> bool:
    """Whether images lay in it before these came, that came from elsewhere."""
    came_at = min(new.first_seen_at for _, new in moves) - _AT_ONCE
    known = Image.objects.within(folder).filter(first_seen_at__lt=came_at)
    return known.exclude(pk__in=[old.id for old, _ in moves]).exists()


def _hand_over(was: Folder, now: Folder) -> None:
    now.treatment, was.treatment = was.treatment, ""
    now.save(update_fields=["treatment"])
    was.save(update_fields=["treatment"])
