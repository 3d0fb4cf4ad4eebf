"""Library roots: which folders may be added, what may be changed of them, and their scans."""

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from dtoolkit.core import paths
from dtoolkit.core.errors import BadInput
from dtoolkit.jobs.kinds import Params, Progress
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from gallery.models import Collection, Folder, Image, LibraryRoot
from gallery.scanning import locking, removing
from gallery.services import disk_folders, root_options

MOST_NAME_CHARS = 200
_BATCH = 2_000
_SAMPLE = 50
_ENOUGH = 0.5


def collection(slug: str) -> Collection:
    """The collection of that slug, made when it is new."""
    name = "Library" if slug == "default" else slug.replace("-", " ").capitalize()
    return Collection.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def add(into: Collection, folder: str | Path) -> LibraryRoot:
    """Makes `folder` a root of the collection; one that is a root of it already is returned.

    Raises `BadInput` where the folder is missing, unreadable, ours, or overlaps another root.
    """
    path, real = _usable(folder)
    with transaction.atomic():
        roots = list(LibraryRoot.objects.select_for_update().select_related("collection"))
        for root in roots:
            there = root.disk_path.resolve()
            if there == real and root.collection == into:
                return root
            _refuse_overlap(path, real, root, there)
        return LibraryRoot.objects.create(
            collection=into,
            path=paths.to_text(str(path)),
            name=paths.display(paths.to_text(path.name or str(path))),
        )


def rename(root: LibraryRoot, name: str) -> None:
    """What it is called on pages; the folder keeps its name."""
    name = name.strip()
    if not name or len(name) > MOST_NAME_CHARS or not name.isprintable():
        raise BadInput(f"A name has 1 to {MOST_NAME_CHARS} characters that can be printed.")
    root.name = name
    root.save(update_fields=["name"])


def set_options(
    root: LibraryRoot,
    *,
    extensions: Iterable[str] | None = None,
    ignored: Iterable[str] | None = None,
    takes_hidden: bool | None = None,
    follows_links: bool | None = None,
    is_watched: bool | None = None,
) -> Job | None:
    """None leaves as it is. What is no part of the library any more becomes unavailable and keeps
    all that people said, until it is taken in again; the scan that does that is returned.

    Raises `BadInput` where an extension is unknown or a pattern means nothing.
    """
    wanted = {
        "extensions": None if extensions is None else root_options.extensions(extensions),
        "ignored": None if ignored is None else root_options.patterns(ignored),
        "takes_hidden": takes_hidden,
        "follows_links": follows_links,
        "is_watched": is_watched,
    }
    changed = {
        name: value
        for name, value in wanted.items()
        if value is not None and value != getattr(root, name)
    }
    for name, value in changed.items():
        setattr(root, name, value)
    root.save(update_fields=list(changed))
    return start_scan(root) if changed.keys() - {"is_watched"} else None


def relocate(root: LibraryRoot, folder: str | Path, *, force: bool = False) -> None:
    """The same library folder at another mount point or drive letter: one edit, nothing is read.

    Raises `BadInput` where too few of its files are there (unless `force`) or where it overlaps
    another root, `Conflict` while it is scanned.
    """
    path, real = _usable(folder)
    with locking.alone_at_once(root), transaction.atomic():
        for other in LibraryRoot.objects.select_for_update().select_related("collection"):
            if other.pk != root.pk:
                _refuse_overlap(path, real, other, other.disk_path.resolve())
        if not force:
            _require_known_files(root, path)
        root.path = paths.to_text(str(path))
        root.offline_since = None
        root.save(update_fields=["path", "offline_since"])


def start_removal(root: LibraryRoot) -> Job:
    """Takes the root out of the library, once a person was asked; its files stay as they are."""
    return enqueue("remove_root", {"root_id": root.pk})


def remove(root: LibraryRoot, progress: Progress) -> int:
    """All rows of the root, in batches, so that a kill loses only the running one; how many images.

    Waits for a scan that goes on.
    """
    removed = 0
    with locking.alone(root, progress):
        while ids := _remove_some(root):
            removed += len(ids)
            progress.report(removed)
            progress.check()
        with transaction.atomic(), connection.cursor() as cursor:
            folders = Folder.objects.filter(root=root).values_list("pk", flat=True)
            removing.remove(cursor, Folder, list(folders))
            root.delete()
    return removed


def start_scan(root: LibraryRoot, *, rebuild: bool = False) -> Job:
    """Quick scan, then deep scan, then the pipeline, each as a job."""
    return enqueue("quick_scan", _params(root, rebuild))


def start_reading(root: LibraryRoot, *, rebuild: bool = False) -> Job:
    """As `start_scan`, but of the files that are known already."""
    return enqueue("deep_scan", _params(root, rebuild))


def _remove_some(root: LibraryRoot) -> list[int]:
    """The rows are held first, so that nobody hangs anything on them meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        images = Image.objects.filter(folder__root=root).order_by("pk")
        some = list(images.values_list("pk", flat=True)[:_BATCH])
        held = Image.objects.filter(pk__in=some).order_by("pk").select_for_update(of=("self",))
        ids = list(held.values_list("pk", flat=True))
        removing.remove_images(cursor, ids)
    return ids


def _require_known_files(root: LibraryRoot, path: Path) -> None:
    """Of a sample, most must be there: a person may have chosen the wrong folder."""
    sample = _sample(root)
    there = sum((path / paths.from_text(known)).is_file() for known in sample)
    if there < len(sample) * _ENOUGH:
        raise BadInput(
            f"{there} of {len(sample)} known files of {root} are there. "
            "Name the folder that holds the same files.",
            there=there,
            known=len(sample),
        )


def _sample(root: LibraryRoot) -> list[str]:
    """Paths of some images, as stored, spread over the folders."""
    folders = Folder.objects.filter(root=root, image_count__gt=0).order_by("?")[:_SAMPLE]
    some = [
        Image.objects.filter(folder=folder, is_available=True)
        .select_related("folder")
        .order_by("name")[: max(1, _SAMPLE // len(folders))]
        for folder in folders
    ]
    return [image.relative_path for images in some for image in images]


def _params(root: LibraryRoot, rebuild: bool) -> Params:
    """The same scan in the same words, so that it is known for the one that runs already."""
    return {"root_id": root.pk, "rebuild": True} if rebuild else {"root_id": root.pk}


def _usable(folder: str | Path) -> tuple[Path, Path]:
    """Its absolute path, and the real one behind links."""
    path = disk_folders.readable(folder)
    real = path.resolve()
    if real.is_relative_to(settings.ENV.thumbnails.resolve()) or (
        settings.ENV.data_dir.resolve().is_relative_to(real)
    ):
        raise BadInput(f"{path} holds DiffusionToolkit's own data. Choose your image folder.")
    return path, real


def _refuse_overlap(path: Path, real: Path, root: LibraryRoot, there: Path) -> None:
    shown = paths.display(paths.to_text(str(path)))
    if there == real:
        raise BadInput(f"{shown} already belongs to the collection {root.collection}.")
    if real.is_relative_to(there):
        raise BadInput(f"{shown} lies inside {root}, which is in the library already.")
    if there.is_relative_to(real):
        raise BadInput(f"{shown} contains {root}, which is in the library already.")
