"""The images of one group beside each other, and in what they differ."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from dtoolkit.core import paths
from gallery.families import roles
from gallery.media import thumbnails
from gallery.models import AlbumImage, Image, ImageEdit, ImageTag, Kin

MOST = 60
_THUMBNAIL_PX = 768
# The same picture with nothing more to it.
_SAME = ("copy", "converted")


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str
    differs: bool
    is_better: bool


@dataclass(frozen=True, slots=True)
class Card:
    image: Image
    place: str
    url: str
    thumbnail_url: str
    facts: Sequence[Fact]
    is_suggested: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """`worth` ranks the values, where one can be better than another."""

    label: str
    values: Sequence[str]
    worth: Sequence[Any] = ()


def cards(images: Sequence[Image], slug: str, kin: Sequence[Kin] = ()) -> list[Card]:
    """Of the first ones, in the order of `ranking.ranked` and as that read them."""
    shown = images[:MOST]
    rows = [row for row in _rows(shown, kin) if any(row.values)]
    return [
        Card(
            image=image,
            place=paths.display(image.relative_path),
            url=reverse("image", args=[slug, image.pk]),
            thumbnail_url=thumbnails.url(image, _THUMBNAIL_PX),
            facts=[_fact(row, place) for row in rows],
            is_suggested=place == 0,
        )
        for place, image in enumerate(shown)
    ]


def kin_of(images: Sequence[Image]) -> list[Kin]:
    """Which of the shown ones were made from others of them."""
    ids = [image.pk for image in images[:MOST]]
    return list(Kin.objects.filter(image__in=ids, parent__in=ids).order_by("image", "parent"))


def kinship(images: Sequence[Image], kin: Sequence[Kin]) -> str:
    """That one was made from another, as a sentence; empty where nothing but copies is known."""
    names = {image.pk: str(image) for image in images}
    for each in kin:
        if each.role not in _SAME and each.role in roles.WORDS:
            made = roles.WORDS[each.role][0]
            made = made[0].lower() + made[1:]
            return f"{names[each.image_id]} was {made} {names[each.parent_id]}"
    return ""


def _fact(row: _Row, place: int) -> Fact:
    differs = len(set(row.values)) > 1
    best = max(row.worth) if row.worth else None
    is_better = differs and best is not None and row.worth[place] == best
    return Fact(row.label, row.values[place], differs, is_better)


def _rows(images: Sequence[Image], kin: Sequence[Kin]) -> list[_Row]:
    def column(value: Callable[[Any], Any]) -> list[Any]:
        return [value(image) for image in images]

    ids = column(lambda image: image.pk)
    held = AlbumImage.objects.filter(image__in=ids).order_by("album__name")
    albums = _by_image(ids, held.values_list("image", "album__name"))
    tags = ImageTag.objects.filter(image__in=ids, is_denied=False).order_by("tag__name")
    named = _by_image(ids, tags.values_list("image", "tag__name").distinct())
    times = column(lambda image: image.created_at)
    return [
        _Row("Pixels", column(_size), column(lambda image: image.pixels)),
        _Row("Format", column(lambda i: i.format.upper()), column(lambda i: i.is_lossless)),
        _Row("File", column(lambda image: filesizeformat(image.size))),
        _Row("Created", [f"{t:%Y-%m-%d %H:%M}" for t in times], [-t.timestamp() for t in times]),
        _Row("Folder", column(_folder)),
        _Row("Made by", column(_made), column(lambda image: image.is_recorded)),
        _Row("Lineage", _lineage(images, kin)),
        _Row("Rating", column(lambda i: str(i.rating or "")), column(lambda i: i.rating or 0)),
        _Row("Favourite", column(lambda i: "yes" if i.is_favourite else "")),
        _Row("Albums", albums),
        _Row("Tags", named),
        _Row("Note", column(_note)),
    ]


def _lineage(images: Sequence[Image], kin: Sequence[Kin]) -> list[str]:
    """What each was made from, of those that are shown."""
    names = {image.pk: str(image) for image in images}
    told = [each for each in kin if each.role in roles.WORDS]
    said = [
        (each.image_id, f"{roles.WORDS[each.role][0]} {names[each.parent_id]}") for each in told
    ]
    return _by_image(list(names), said)


def _by_image(ids: Sequence[int], rows: Iterable[tuple[int, str]]) -> list[str]:
    found: dict[int, list[str]] = {pk: [] for pk in ids}
    for pk, name in rows:
        found[pk].append(paths.display(name))
    return [", ".join(found[pk]) for pk in ids]


def _size(image: Image) -> str:
    return f"{image.width} × {image.height}" if image.width else ""  # noqa: RUF001


def _folder(image: Image) -> str:
    return paths.display(image.folder.path or image.folder.root.name)


def _made(image: Image) -> str:
    if image.generator:
        return image.generator
    return "a prompt is known" if image.prompt_id else "nothing recorded"


def _note(image: Image) -> str:
    edit: ImageEdit | None = getattr(image, "edit", None)
    return edit.note if edit else ""
