"""Words into files and back in a terminal."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from gallery.actions.into_files import ReadFromFiles, WriteIntoFiles
from gallery.models import Image
from tests.gallery.filing.conftest import image, perform, root, trash, tree  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


def command(*args: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out, stderr=out)
    return out.getvalue()


def test_out_and_in_again(root, library_folder, perform, monkeypatch):  # noqa: F811
    perform("rate", "a/0.png", "b/9.png", value="9")
    (library_folder / "b" / "9.png").chmod(0o444)
    then = tree(library_folder)
    told = command("write_into_files", "--dry-run")
    assert "2 PNG: into the file" in told and "Nothing was written." in told
    assert tree(library_folder) == then
    told = command("write_into_files", "--folder", str(library_folder / "a"))
    assert "Words written into files of 1 image. History undoes it." in told
    told = command("write_into_files")
    assert "1 were left as they are:" in told and "9.png: it is write-protected" in told
    Image.objects.filter(name="0.png").update(rating=2)
    told = command("read_from_files", "--dry-run")
    assert "ratings: 1 are said otherwise here" in told and "Nothing was changed." in told
    assert "It was so already." in command("read_from_files")
    monkeypatch.setattr(ReadFromFiles, "waits_for", 0)
    monkeypatch.setattr(WriteIntoFiles, "waits_for", 0)
    assert "read from their files" in command("read_from_files", "--take-files-words", "--own")
    assert image("a/0.png").rating == 9
    Image.objects.filter(name="0.png").update(rating=4)
    assert "files of 1 image." in command("write_into_files")


def test_what_is_not_there_is_told(root, tmp_path):  # noqa: F811
    with pytest.raises(CommandError, match="no collection"):
        command("write_into_files", "--collection", "nowhere")
    with pytest.raises(CommandError):
        command("read_from_files", "--folder", str(tmp_path / "nowhere"))
