"""A library that is hard to count: names that clash or cannot be said, weights at the edges of
bins, wrong clocks, files that vanished."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from gallery.models import (
    Image,
    ImageResource,
    Resource,
    ResourceFile,
    ResourceFolder,
    ResourceMatch,
    StageFailure,
)
from tests.factories import FolderFactory, ImageFactory, LibraryRootFactory

HOSTILE = (
    "<script>alert(1)</script>",
    "x" * 10_000,
    "\u05e9\u05dc\u05d5\u05dd \u202egnp.",
    'with "quotes" in it',
    "=1+1",
    "#7",
    "a*b?",
    "name@0.5",
    "back\\slash",
    "plain_v2",
    "Plain_V2",
    "two words",
    "meant",
)


@pytest.fixture
def library(db) -> list[Image]:
    root = LibraryRootFactory(path="/pictures")
    folders = [FolderFactory(root=root, path=path) for path in ("", "a", "a/b", "A", "c d")]
    models = [Resource.objects.create(kind="checkpoint", name=name) for name in HOSTILE]
    loras = [Resource.objects.create(kind="lora", name=name) for name in HOSTILE]
    place = ResourceFolder.objects.create(path="/models")
    file = ResourceFile.objects.create(
        folder=place, path="m", name="meant", kind="lora", size=1, mtime_ns=1
    )
    ResourceMatch.objects.create(resource=loras[9], file=file, rule="hash", recorded_hash="")
    now = timezone.now()
    wrong = [datetime(1970, 1, 1, tzinfo=UTC), datetime(2099, 5, 1, tzinfo=UTC)]
    found, uses = [], []
    for n in range(90):
        made = wrong[n % 2] if n < 4 else now - timedelta(days=n * 6 % 400, hours=n)
        image = ImageFactory(
            folder=folders[n % 5],
            created_at=made,
            size=1000 + n,
            format=("png", "webp", "jpeg", "")[n % 4],
            checkpoint=models[n % 14] if n % 14 < 13 else None,
            sampler=("Euler a", "euler A", "DPM++ 2M", "a*b", "")[n % 5],
            steps=n % 60 or None,
            cfg_scale=(None, 1.0, 4.999999, 5.0, 7.5, 20)[n % 6],
            rating=n % 10 + 1 if n % 3 else None,
            is_favourite=n % 7 == 0,
            read_version=None if n % 11 == 0 else 1,
            thumbnail_version=1 if n % 2 else None,
            is_available=n % 13 != 0,
            is_for_deletion=n % 17 == 0,
            is_nsfw=n % 5 == 0,
        )
        weights = (None, 0.5, 0.69999999, 0.7, -1, 1.5, 0)
        for position in range(n % 3):
            lora = loras[(n + position * (n % 2)) % 13]
            weight = weights[(n + position) % 7]
            uses.append(ImageResource(image=image, resource=lora, position=position, weight=weight))
        found.append(image)
    ImageResource.objects.bulk_create(uses)
    StageFailure.objects.create(image=found[5], stage="thumbnail", version=1, reason="broken")
    return found
