"""Killed anywhere while a moved tree is scanned, read and united, and run again: every rating is
where its file is."""

import random
import shutil
import signal
from pathlib import Path

import pytest

from gallery.models import (
    Arrival,
    Folder,
    Image,
    ImageMetadata,
    ImageResource,
    ImageVersion,
    LibraryRoot,
)
from gallery.scanning import moves
from gallery.services import roots
from tests import pictures
from tests.gallery.scanning.beside import run
from tests.gallery.scanning.conftest import look, read

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a system without signals"),
]
ROOT = Path(__file__).resolve().parents[3]
KILLS = 5

# Dies by SIGKILL before or after its nth statement, wherever that is.
_DIES = """
import os, signal, sys
import django
django.setup()
from django.db import connection
from gallery.models import Image, LibraryRoot
from gallery.scanning import deep, moves, quick
from tests.gallery.scanning.conftest import Progress

quick._BATCH_FILES = quick._GROUP_FILES = deep._BATCH = 4
left = int(sys.argv[1])

def dying(execute, *args):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(*args)

with connection.execute_wrapper(dying):
    for root in LibraryRoot.objects.order_by("pk"):
        quick.scan(root, Progress())
    for chunk in deep.chunks(deep.unread(Image.objects.all()), 7):
        deep.scan(chunk, Progress())
    moves.settle(is_last=True)
"""


def scan() -> None:
    every = list(LibraryRoot.objects.order_by("pk"))
    for root in every:
        look(root)
    for root in every:
        read(root)
    moves.settle(is_last=True)


def ratings() -> dict[str, int | None]:
    images = Image.objects.filter(is_available=True).select_related("folder__root")
    return {f"{image.folder.root.name}/{image.relative_path}": image.rating for image in images}


@pytest.mark.parametrize("seed", range(2))
def test_a_moved_tree_keeps_its_ratings_however_often_it_is_killed(library_folder, seed):
    first = library_folder / "first"
    second = library_folder / "second"
    for n in range(24):
        text = f"prompt {n}\nSteps: 1, Seed: {n}, Model: m, Version: v1"
        pictures.a1111_png(first / f"f{n % 3}" / f"{n}.png", text, size=(40 + n, 30))
    pictures.png(second / "stays.png")
    for folder in (first, second):
        roots.add(roots.collection("default"), folder)
    scan()
    for n in range(24):
        Image.objects.filter(name=f"{n}.png").update(rating=n % 10 + 1)
    keys = dict(Image.objects.values_list("name", "pk"))

    (first / "f0").rename(first / "g0")
    shutil.move(first / "f1", second / "f1")
    # Two change places, one takes another's, a copy is made.
    swapped, other = first / "f2" / "2.png", first / "f2" / "5.png"
    swapped.rename(first / "aside")
    other.rename(swapped)
    (first / "aside").rename(other)
    (first / "f2" / "8.png").replace(first / "f2" / "11.png")
    shutil.copy2(first / "f2" / "14.png", first / "f2" / "copy.png")

    rng = random.Random(seed)
    killed = 0
    for _ in range(KILLS):
        killed += run(_DIES, rng.randint(3, 150)) == -signal.SIGKILL
    assert killed
    scan()

    expected: dict[str, int | None] = {"second/stays.png": None, "first/f2/copy.png": None}
    for n in range(24):
        place = {0: "first/g0", 1: "second/f1", 2: "first/f2"}[n % 3]
        expected[f"{place}/{n}.png"] = n % 10 + 1
    expected["first/f2/2.png"], expected["first/f2/5.png"] = 6, 3
    expected["first/f2/11.png"] = expected.pop("first/f2/8.png")
    assert ratings() == expected
    assert Image.objects.get(name="7.png").pk == keys["7.png"]
    assert Image.objects.get(name="5.png").pk == keys["2.png"]
    assert Image.objects.get(name="11.png").pk == keys["8.png"]
    assert not Arrival.objects.exists()
    assert ImageVersion.objects.get().image_id == keys["8.png"]
    available = Image.objects.filter(is_available=True)
    assert not available.filter(prompt=None).exclude(name="stays.png").exists()
    assert ImageMetadata.objects.count() == Image.objects.count() == 25
    assert ImageResource.objects.count() == 24
    for folder in Folder.objects.all():
        assert folder.image_count == available.filter(folder=folder).count()
