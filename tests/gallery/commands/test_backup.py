from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from dtoolkit.jobs.models import Job
from gallery.backup import restoring
from tests.gallery.backup import said
from tests.gallery.backup.conftest import data_folder, root  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


def command(*args: object) -> str:
    out = StringIO()
    call_command(*map(str, args), stdout=out, stderr=out)
    return out.getvalue()


def test_out_and_in_again(root, library_folder, tmp_path):  # noqa: F811
    before = said.told()
    file = tmp_path / "words.jsonl.gz"
    assert "What was said of 7 images" in command("backup", file)
    said.forget_all()
    said.scan(library_folder)
    empty = said.told()
    told = command("restore", file, "--dry-run")
    assert "7 find their images; 0 do not (yet)." in told
    assert "ratings: 2 come" in told and "Nothing was changed." in told
    assert said.told() == empty
    assert "restored to 7 images. History undoes it." in command("restore", file)
    assert said.told() == before
    assert "It was so already." in command("restore", file)


def test_many_are_restored_by_a_job(root, library_folder, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setattr(restoring, "AT_ONCE", 2)
    monkeypatch.setattr("gallery.backup.taking.BATCH", 2)
    before = said.told()
    file = tmp_path / "words.jsonl"
    command("backup", file)
    said.forget_all()
    said.scan(library_folder)
    assert "restored to 7 images" in command("restore", file)
    assert Job.objects.get(kind="restore").done == 7
    assert said.told() == before


def test_what_is_missing_is_told(root, tmp_path):  # noqa: F811
    with pytest.raises(CommandError, match="cannot be read"):
        command("restore", tmp_path / "nowhere.jsonl")
    (tmp_path / "foreign.jsonl").write_text("{}\n")
    with pytest.raises(CommandError, match="no backup of DiffusionToolkit"):
        command("restore", tmp_path / "foreign.jsonl")
    with pytest.raises(CommandError, match="is a folder"):
        command("backup", tmp_path)
    with pytest.raises(CommandError, match="no collection other"):
        command("backup", tmp_path / "a.jsonl", "--collection", "other")
