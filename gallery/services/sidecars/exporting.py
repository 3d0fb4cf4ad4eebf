"""What the library knows of images, as sidecars: beside them, or in a folder of the same shape."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dtoolkit.core import paths
from dtoolkit.core.errors import AppError, BadInput
from dtoolkit.jobs.kinds import Params, Progress
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.queue import enqueue
from gallery.exports import infotext, parameters, sidecar_json
from gallery.metadata import TagUse
from gallery.models import Collection, Image
from gallery.querysets import ImageQuerySet
from gallery.scanning import deep
from gallery.services.places import Place
from gallery.services.sidecars.writing import Written, write

_BATCH = 200


class Form(StrEnum):
    TXT = "txt"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Order:
    """`to` as stored; empty is beside the images. With `by_root` each root has a folder in it."""

    form: Form
    to: str = ""
    overwrite: bool = False
    by_root: bool = False


def start(of: Collection | Place, order: Order) -> Job:
    """Of a collection, or of a folder and all below it. Raises `BadInput`."""
    params: Params = {"form": str(order.form)}
    if isinstance(of, Place):
        if of.folder() is None:
            raise BadInput("That folder is not in the library.")
        params |= {"root_id": of.root.pk, "folder": of.relative}
    else:
        params["collection_id"] = of.pk
        if order.to and of.roots.count() > 1:
            params["by_root"] = True
    if order.to:
        params["to"] = order.to
    if order.overwrite:
        params["overwrite"] = True
    return enqueue("export_sidecars", params)


def chunks(images: ImageQuerySet, size: int) -> Iterator[tuple[int, ...]]:
    return deep.chunks(images.filter(is_available=True, metadata__isnull=False), size)


def run(image_ids: Iterable[int], order: Order, progress: Progress) -> None:
    """Can be run again: what is there and says the same is left alone. Raises `JobCancelled`."""
    ids = list(image_ids)
    counts: Counter[str] = Counter()
    for first in range(0, len(ids), _BATCH):
        images = _loaded(ids[first : first + _BATCH])
        shared = _shared_stems(images)
        for image in images:
            counts[_export(image, order, (image.folder_id, _stem(image.name)) in shared)] += 1
        failed = counts[Written.REFUSED]
        progress.report(min(first + _BATCH, len(ids)), failed, message=_told(counts, len(ids)))
        progress.check()


def content(image: Image, form: Form) -> str:
    """Empty where nothing is known."""
    made = None
    if image.metadata.rule:
        made = parameters.of(image, list(image.resources.all()), list(image.sources.all()))
    tags: dict[str, TagUse] = {}
    for use in image.tags.all():
        tags.setdefault(use.tag.name, TagUse(use.tag.name, use.tag.category, use.confidence))
    caption = next((each.text for each in image.captions.all()), "")
    if form is Form.JSON:
        known = made is not None or tags or caption
        return sidecar_json.write(made, tags.values(), caption) if known else ""
    text = infotext.write(made) if made else ", ".join(tags) or caption
    return f"{text}\n" if text else ""


def _loaded(ids: list[int]) -> list[Image]:
    images = Image.objects.filter(pk__in=ids, metadata__isnull=False)
    related = images.select_related(
        "folder__root", "prompt", "negative_prompt", "checkpoint", "metadata"
    ).defer("metadata__packed_records", "prompt__words", "negative_prompt__words")
    return list(
        related.prefetch_related(
            "resources__resource", "sources", "tags__tag", "captions"
        ).order_by("folder__path", "name")
    )


def _shared_stems(images: list[Image]) -> set[tuple[int, str]]:
    """Folder and stem of images that a sidecar named by its stem would not tell apart."""
    names = Image.objects.filter(folder__in={image.folder_id for image in images})
    counted = Counter(
        (folder, _stem(name)) for folder, name in names.values_list("folder", "name").iterator()
    )
    return {key for key, count in counted.items() if count > 1}


def _export(image: Image, order: Order, is_shared: bool) -> Written:
    text = content(image, order.form)
    if not text:
        return Written.NOTHING
    name = f"{image.name if is_shared else _stem(image.name)}.{order.form}"
    root = image.folder.root
    try:
        if order.to:
            folder = Path(paths.from_text(order.to))
            if order.by_root:
                folder /= f"{root.pk}-{root.disk_path.name}"
            folder /= paths.from_text(image.folder.path)
            folder.mkdir(parents=True, exist_ok=True)
        else:
            folder = paths.inside(root.disk_path, image.folder.path or ".")
        return write(folder / paths.from_text(name), text, overwrite=order.overwrite)
    except (OSError, AppError):
        return Written.REFUSED


def _stem(name: str) -> str:
    return os.path.splitext(name)[0]  # noqa: PTH122 (a stored name, not a path)


def _told(counts: Counter[str], of: int) -> str:
    """Chunks tell of themselves; the job shows the one that spoke last."""
    told = ", ".join(f"{counts[kind]:,} {kind}" for kind in Written if counts[kind])
    return f"{told} (of the last {of:,})"
