"""A library with one of each kind of kin, and a look at it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from dtoolkit.jobs.kinds import Unwatched
from gallery.models import Image, Kin, Stacked
from gallery.services import families
from tests.factories import FolderFactory, ImageFactory, PromptFactory

START = datetime(2026, 3, 1, tzinfo=UTC)
HASH = 0x5A5A_1234_8765_0F0F


@pytest.fixture
def make(db) -> Callable[..., Image]:
    """A PNG of one prompt, its own seed and a hash far from all others unless told."""
    folder, prompt = FolderFactory(), PromptFactory(text="a fox in the snow")
    made = 0

    def one(**fields: object) -> Image:
        nonlocal made
        made += 1
        given: dict[str, object] = {
            "folder": folder,
            "prompt": prompt,
            "seed": 1000 + made,
            "phash": far(made),
            "width": 512,
            "height": 768,
            "created_at": START + timedelta(minutes=made),
        }
        return ImageFactory(**{**given, **fields})

    return one


def far(number: int) -> int:
    """Hashes of which no two are near."""
    value = (number * 0x9E37_79B9_7F4A_7C15) & (2**64 - 1)
    return value - 2**64 if value >= 2**63 else value


def look(image: Image, *, is_whole: bool = False) -> int:
    return families.find(image.collection, Unwatched(), is_whole=is_whole)


def kin() -> set[tuple[int, int, str, str]]:
    return set(Kin.objects.values_list("image", "parent", "role", "evidence"))


def stack_of(image: Image) -> set[int]:
    """The ids of its stack of versions, itself among them."""
    return _of("version", image)


def idea_of(image: Image) -> set[int]:
    return _of("idea", image)


def _of(level: str, image: Image) -> set[int]:
    number = Stacked.objects.filter(pk=image.pk).values_list(level, flat=True).first()
    if number is None:
        return {image.pk}
    return set(Stacked.objects.filter(**{level: number}).values_list("pk", flat=True))
