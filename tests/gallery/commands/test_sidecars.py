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
    pictures.a1111_png(library_folder / "a.png")
    pictures.png(library_folder / "b.png")
    root = roots.add(roots.collection("default"), library_folder)
    look(root)
    read(root)
    return root


def command(*args: str) -> str:
    out = StringIO()
    call_command("sidecars", *args, stdout=out, stderr=out)
    return out.getvalue()


def test_out_and_in_again(root, tmp_path):
    out = tmp_path / "out"
    assert "1 written" in command("export", "--to", str(out), "--format", "txt")
    (out / "a.txt").rename(out / "b.txt")
    assert "1 given to their images" in command("import", str(out))
    first, second = Image.objects.order_by("name")
    assert second.seed == first.seed == 4183920117736
    assert second.negative_prompt == first.negative_prompt


def test_what_is_missing_is_told(root, tmp_path):
    with pytest.raises(CommandError, match="is no folder"):
        command("import", str(tmp_path / "nowhere"))
    with pytest.raises(CommandError, match="no collection other"):
        command("import", str(tmp_path), "--collection", "other")
    with pytest.raises(CommandError, match="lies in no folder of the library"):
        command("export", "--folder", str(tmp_path / "nowhere"))
