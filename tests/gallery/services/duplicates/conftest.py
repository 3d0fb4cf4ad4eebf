"""Pictures that are one another's duplicates, and looking for them."""

from collections.abc import Callable, Sequence

import pytest

from gallery.duplicates import channels
from gallery.models import DuplicateGroup, Image
from gallery.services.duplicates import finding
from tests.factories import FolderFactory, ImageFactory
from tests.gallery.scanning.conftest import Progress

FOX = 0x5A5A_3C3C_0FF0_1234


@pytest.fixture
def folder(db):
    return FolderFactory()


@pytest.fixture
def add(folder) -> Callable[..., Image]:
    def add_(name: str, bits: int = 0, of: int = FOX, **fields) -> Image:
        """`bits` of its hash differ from `of`."""
        phash = (of ^ ((1 << bits) - 1)) - (1 << 63)
        values = {"prompt": None, "rating": None, "phash": phash, **fields}
        return ImageFactory(folder=folder, name=name, **values)

    return add_


@pytest.fixture
def look(folder) -> Callable[..., list[list[str]]]:
    def look_(channel: str = "near", limit: float = 6, **options) -> list[list[str]]:
        collection = folder.root.collection
        finding.find(collection, channels.get(channel), limit, Progress(), **options)
        return groups(channel)

    return look_


def groups(channel: str, state: str = "open") -> list[list[str]]:
    """Names, whose keeper stands first."""
    found = DuplicateGroup.objects.filter(channel=channel, state=state).order_by("pk")
    return [names(group) for group in found]


def names(group: DuplicateGroup) -> list[str]:
    members = group.members.order_by("pk").values_list("image__name", flat=True)
    return list(members)


def group_of(images: Sequence[Image]) -> DuplicateGroup:
    found = DuplicateGroup.objects.order_by("-pk")
    wanted = {image.pk for image in images}
    return next(
        group for group in found if wanted == set(group.members.values_list("image", flat=True))
    )
