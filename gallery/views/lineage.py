"""Where an image comes from and what came of it: sources, earlier contents, images of its kind."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models.functions import Left

from gallery.models import Image, ImageSource, ImageVersion
from gallery.querysets import EXCERPT_CHARS

MOST_SHOWN = 24
# Counted no further: a number for a person, for the price of a glance at the index.
MOST_COUNTED = 1000
_OTHERS = """(SELECT count(*) FROM (
    SELECT FROM gallery_stacked AS other JOIN gallery_image AS image ON image.id = other.image_id
    WHERE other.{level} = own.{level} AND other.image_id <> own.image_id
        AND image.is_available AND NOT image.is_for_deletion LIMIT %(most)s) AS held)"""
_STACKS = f"""
SELECT {_OTHERS.format(level="version")}, {_OTHERS.format(level="idea")}
FROM gallery_stacked AS own WHERE own.image_id = %(image)s
"""  # noqa: S608 - our own text
_KINDS = {
    "img2img": "Made from",
    "inpaint": "Painted into",
    "mask": "Mask",
    "controlnet": "ControlNet",
    "ip_adapter": "IP-Adapter",
    "upscale": "Enlarged from",
    "grid": "Grid of",
    "reference": "Reference",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A picture it was made from; `image` is the one of that name in the same collection, the
    newest that was there before, `count` how many there are."""

    label: str
    name: str
    image: Image | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Siblings:
    """Other images of the same workflow; `is_more` than were counted."""

    count: int
    is_more: bool


@dataclass(frozen=True, slots=True)
class Stacks:
    """How many others there are; `MOST_COUNTED` + 1 is more."""

    versions: int = 0
    siblings: int = 0


def sources(image: Image) -> Sequence[Source]:
    """At most two queries."""
    recorded = list(image.sources.all()[:MOST_SHOWN])
    names = {_file_name(source.name) for source in recorded} - {""}
    known: dict[str, list[Image]] = {}
    if names:
        found = Image.objects.in_collection(image.collection).visible().filter(name__in=names)
        for other in found.exclude(pk=image.pk).order_by("-created_at")[: MOST_SHOWN * 8]:
            known.setdefault(other.name, []).append(other)
    return [_source(image, source, known.get(_file_name(source.name), ())) for source in recorded]


def products(image: Image) -> Sequence[Image]:
    """Images whose files name this one as their source. One query."""
    uses = ImageSource.objects.filter(
        name=image.name, image__collection=image.collection_id, image__is_available=True
    )
    ids = uses.exclude(image=image).order_by("-image").values_list("image", flat=True).distinct()
    return list(Image.objects.filter(pk__in=ids[:MOST_SHOWN]).order_by("-created_at"))


def stacks_of(image: Image) -> Stacks:
    """With how many others it is one picture, and one idea. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_STACKS, {"image": image.pk, "most": MOST_COUNTED + 1})
        counted = cursor.fetchone()
    return Stacks(*counted) if counted else Stacks()


def versions(image: Image) -> Sequence[ImageVersion]:
    """What the file held before, the latest first, each with an `excerpt` of its prompt."""
    kept = image.versions.annotate(excerpt=Left("prompt__text", EXCERPT_CHARS))
    return list(kept[:MOST_SHOWN])


def siblings(image: Image) -> Siblings | None:
    """None where it has no workflow, or is the only one of it."""
    if image.workflow_id is None:
        return None
    same = Image.objects.in_collection(image.collection).visible()
    same = same.filter(workflow=image.workflow_id).exclude(pk=image.pk)
    count = same.order_by()[: MOST_COUNTED + 1].count()
    return Siblings(min(count, MOST_COUNTED), count > MOST_COUNTED) if count else None


def _source(image: Image, source: ImageSource, known: Sequence[Image]) -> Source:
    before = (other for other in known if other.created_at <= image.created_at)
    nearest = next(before, known[-1] if known else None)
    label = _KINDS.get(source.kind, source.kind)
    return Source(label, source.name or source.recorded_hash, nearest, len(known))


def _file_name(recorded: str) -> str:
    """Without the folder, and without the ` [input]` that ComfyUI puts behind."""
    name = recorded.replace("\\", "/").rpartition("/")[2]
    for place in (" [input]", " [output]", " [temp]"):
        name = name.removesuffix(place)
    return name
