import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from gallery.models import ImageResource, Resource, ResourceFile, ResourceFolder, ResourceMatch
from tests.factories import ImageFactory
from tests.gallery.resources import files

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(tmp_path) -> Path:
    files.model(tmp_path / "models" / "loras" / "fennec.safetensors", *files.LORA)
    files.model(tmp_path / "models" / "loras" / "other.safetensors", *files.LORA, fill=1)
    return tmp_path / "models"


def command(*args: str) -> str:
    out = StringIO()
    call_command("resources", *args, stdout=out, stderr=out)
    return out.getvalue()


def test_adding_a_folder_scans_links_and_computes_the_hashes_that_are_wanted(place):
    fennec = Resource.objects.create(kind="lora", name="fennec")
    ImageResource.objects.create(image=ImageFactory(), resource=fennec, recorded_hash="0" * 12)
    assert "2 model files, 2 read." in command("add", str(place))
    hashed = ResourceFile.objects.exclude(hashed_at=None)
    assert [file.name for file in hashed] == ["fennec"]
    assert not ResourceMatch.objects.exists()  # the computed hash is another one


def test_hashes_of_all(place):
    command("add", str(place))
    assert "2 files" in command("list")
    command("hash", "--all")
    assert not ResourceFile.objects.filter(hashed_at=None).exists()
    assert "no hashes" not in command("list")


def test_a_file_that_cannot_be_read_is_not_tried_for_ever(place, monkeypatch):
    fennec = Resource.objects.create(kind="lora", name="fennec")
    ImageResource.objects.create(image=ImageFactory(), resource=fennec, recorded_hash="0" * 12)

    def broken(*args):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("gallery.resources.hashing.all_of", broken)
    command("add", str(place))
    row = ResourceFile.objects.get(name="fennec")
    assert (row.hashed_at, row.problem) == (None, "The file cannot be read: Input/output error.")


def test_scanning_again_and_an_offline_folder(place):
    command("add", str(place), "--kind", "lora")
    files.model(place / "new.safetensors", fill=3)
    assert "3 model files, 1 read." in command("scan")
    shutil.rmtree(place)
    with pytest.raises(CommandError, match="is offline"):
        command("scan")
    assert "offline since" in command("list")
    assert ResourceFile.objects.filter(is_available=True).count() == 3


def test_a_folder_is_forgotten_by_its_path(place):
    command("add", str(place))
    with pytest.raises(CommandError, match="is no folder of model files"):
        command("remove", str(place.parent))
    command("remove", str(place))
    assert not ResourceFolder.objects.exists()
    assert (place / "loras" / "fennec.safetensors").exists()


def test_what_is_no_folder_is_told():
    with pytest.raises(CommandError, match="There is no folder"):
        command("add", "/no/such/folder")
