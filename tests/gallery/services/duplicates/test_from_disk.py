"""From files on a disk to groups: real pictures, read and hashed as any others."""

import shutil

import numpy as np
import pytest
from PIL import Image as Pictures

from gallery.duplicates import channels
from gallery.models import DuplicateGroup, Image
from gallery.pipeline import registry, runner
from gallery.services.duplicates import finding
from tests.gallery.scanning.conftest import Progress, look, read, root
from tests.gallery.services.duplicates.conftest import groups

__all__ = ["root"]

pytestmark = pytest.mark.django_db(transaction=True)


def painted(seed: int) -> Pictures.Image:
    rough = np.random.default_rng(seed).integers(0, 255, (8, 6, 3), np.uint8)
    return Pictures.fromarray(rough).resize((240, 320), Pictures.Resampling.BICUBIC)


def test_copies_and_other_versions_of_pictures_are_found(root, library_folder):
    for seed in range(6):
        painted(seed).save(library_folder / f"{seed}.png")
    shutil.copy(library_folder / "0.png", library_folder / "0-copy.png")
    painted(1).resize((120, 160)).save(library_folder / "1-small.jpg", quality=70)
    painted(2).save(library_folder / "2.webp", quality=60)
    for name, colour in (("black", "black"), ("white", "white"), ("red", (200, 10, 10))):
        Pictures.new("RGB", (240, 320), colour).save(library_folder / f"{name}.png")
    look(root)
    read(root)
    ids = list(Image.objects.values_list("pk", flat=True))
    runner.run(ids, registry.stages("default"), Progress())
    assert not Image.objects.filter(phash=None).exists()
    finding.find(root.collection, channels.get("copies"), 0, Progress(), is_confirmed=True)
    finding.find(root.collection, channels.get("near"), 6, Progress())
    (copies,) = groups("copies")
    assert set(copies) == {"0.png", "0-copy.png"}
    assert sorted(groups("near")) == [["1.png", "1-small.jpg"], ["2.png", "2.webp"]]
    assert DuplicateGroup.objects.get(channel="copies").is_confirmed
