"""Libraries whose files move, each picture told apart by its number."""

from pathlib import Path

import pytest
from django.db import connection

from gallery.models import Image, LibraryRoot
from gallery.scanning import moves
from gallery.services import roots
from tests import pictures
from tests.gallery.scanning.conftest import look, read

A1111 = "a {n} on a hill\nSteps: {n}, Seed: {n}, Model: m{n}, Version: v1"


def picture(path: Path, n: int) -> Path:
    """Content number `n`, of a size that no other has."""
    return pictures.a1111_png(path, A1111.format(n=n), size=(40 + n, 30))


def scan(*scanned: LibraryRoot) -> None:
    """As the jobs do it: all listed, then all read, then what is left decided."""
    for root in scanned:
        look(root)
    for root in scanned:
        read(root)
    moves.settle(is_last=True)
    moves.settle_unread()


def ratings(**filters) -> dict[str, int | None]:
    images = Image.objects.filter(**filters).select_related("folder")
    return {image.relative_path: image.rating for image in images}


def rate(**by_name: int) -> None:
    for name, rating in by_name.items():
        assert Image.objects.filter(name=f"{name}.png").update(rating=rating) == 1


def assert_folders_add_up() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT path, image_count, (SELECT count(*) FROM gallery_image"
            " WHERE folder_id = folder.id AND is_available) FROM gallery_folder AS folder"
        )
        assert [row for row in cursor.fetchall() if row[1] != row[2]] == []


@pytest.fixture
def other_root(root, library_folder) -> LibraryRoot:
    folder = library_folder.parent / "other"
    folder.mkdir()
    return roots.add(root.collection, folder)


@pytest.fixture
def three(root, library_folder) -> LibraryRoot:
    for n, name in enumerate(("a/one.png", "a/two.png", "b/three.png")):
        picture(library_folder / name, n)
    scan(root)
    rate(one=1, two=2, three=3)
    return root
