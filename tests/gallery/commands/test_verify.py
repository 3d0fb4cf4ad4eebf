import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from gallery.models import Image
from gallery.services import roots
from tests import pictures

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(library_folder):
    for n in range(3):
        pictures.png(library_folder / f"{n}.png", size=(9 + n, 9))
    root = roots.add(roots.collection("default"), library_folder)
    call_command("scan", "--workers", "1", stdout=StringIO(), stderr=StringIO())
    return root


def command(*args: str) -> str:
    out = StringIO()
    call_command("verify", "--workers", "1", *args, stdout=out, stderr=out)
    return out.getvalue()


def test_agreement_is_told(root):
    said = command()
    assert "3 files in 1 folder compared." in said
    assert "Database and disk agree." in said
    assert json.loads(command("--json", "--deep"))["agrees"] is True


def test_differences_are_told_by_kind_and_in_the_exit_code(root, library_folder):
    (library_folder / "1.png").unlink()
    out = StringIO()
    with pytest.raises(CommandError, match="1 difference") as raised:
        call_command("verify", stdout=out)
    assert raised.value.returncode == 1
    assert "in the library, gone from disk: 1\n      1.png" in out.getvalue()


def test_json_is_for_programs(root, library_folder):
    (library_folder / "1.png").unlink()
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify", "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert answer["agrees"] is False
    gone = answer["roots"][1]["differences"]["gone"]
    assert gone == {"count": 1, "examples": ["1.png"]}


def test_repair_does_what_scans_do_and_looks_again(root, library_folder):
    (library_folder / "1.png").unlink()
    pictures.png(library_folder / "9.png", size=(30, 30))
    Image.objects.filter(name="2.png").update(folder=10**9)
    said = command("--repair")
    assert "on disk, not in the library: 2" in said
    assert said.endswith("Database and disk agree.\n")
    assert Image.objects.filter(is_available=True).count() == 3
