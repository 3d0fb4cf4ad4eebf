import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from gallery.models import Image
from gallery.services import roots
from tests import pictures
from tests.gallery.scanning.conftest import look

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(library_folder):
    for n in range(3):
        pictures.png(library_folder / f"{n}.png", size=(9 + n, 9))
    root = roots.add(roots.collection("default"), library_folder)
    look(root)
    (library_folder / "1.png").unlink()
    Image.objects.update(rating=5)
    return root


def command(*args: str) -> str:
    out = StringIO()
    call_command("unavailable", "--workers", "1", *args, stdout=out, stderr=out)
    return out.getvalue()


def test_it_tells_how_many_are_gone(root):
    assert "library: 1 image, 1 rated among them without a file." in command("--flag")
    assert Image.objects.filter(is_available=False).count() == 1


def test_a_choice_has_to_be_made(root):
    with pytest.raises(CommandError):
        command()


def test_marks_are_made_and_taken_back(root):
    command("--mark")
    assert Image.objects.get(is_for_deletion=True).name == "1.png"
    assert "Took back 1 marks" in command("--undo")
    assert not Image.objects.filter(is_for_deletion=True).exists()


def test_removing_asks(root):
    with pytest.raises(CommandError, match="Nothing was removed"):
        command("--remove")
    assert Image.objects.count() == 3
    assert "library: 1 removed." in command("--remove", "--yes")
    assert Image.objects.count() == 2
    assert "0 images without a file" in command("--remove")


def test_an_offline_folder_is_told(root, library_folder):
    shutil.rmtree(library_folder)
    assert "is offline" in command("--flag")
    assert Image.objects.filter(is_available=False).count() == 0
    command("--flag", "--include-offline")
    assert Image.objects.filter(is_available=False).count() == 3
