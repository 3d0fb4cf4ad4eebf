from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from gallery.models import Image
from gallery.services import roots
from tests import pictures
from tests.gallery.scanning.conftest import look, read

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(library_folder):
    for n in range(3):
        pictures.a1111_png(library_folder / f"{n}.png", size=(64 + n, 48))
    root = roots.add(roots.collection("default"), library_folder)
    look(root)
    read(root)
    return root


def reparse(*args: str) -> str:
    out = StringIO()
    call_command("reparse", "--workers", "1", *args, stdout=out, stderr=out)
    return out.getvalue()


def test_outdated_images_are_parsed_again(root):
    Image.objects.filter(name="1.png").update(parse_version=0, sampler="wrong")
    assert "1 image again" in reparse()
    assert "0 images again" in reparse()
    assert not Image.objects.filter(sampler="wrong").exists()


def test_all_of_them_where_that_is_asked_for(root):
    assert "3 images" in reparse("--all")
    assert "3 images" in reparse("--all", "--collection", "default")


def test_a_collection_that_has_no_folder_is_told(root):
    with pytest.raises(CommandError, match="no library folder"):
        reparse("--collection", "other")
