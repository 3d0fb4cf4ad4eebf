"""Acts as a person would: on images, in words."""

from collections.abc import Callable

import pytest

from gallery.models import HistoryEntry, Image
from gallery.services import history, selections


@pytest.fixture
def perform() -> Callable[..., HistoryEntry]:
    def do(name: str, images: list[Image], **values: str) -> HistoryEntry:
        chosen = selections.of_images(images[0].collection, [image.pk for image in images])
        return history.perform(name, values, chosen)

    return do


@pytest.fixture
def images(db) -> list[Image]:
    from tests.factories import FolderFactory, ImageFactory

    return ImageFactory.create_batch(4, folder=FolderFactory())
