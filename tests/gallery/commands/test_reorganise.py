from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from gallery.actions.places import Reorganise
from tests.gallery.filing.conftest import image, root, tree

__all__ = ["root"]
pytestmark = pytest.mark.django_db(transaction=True)


def command(*args: str) -> str:
    out = StringIO()
    call_command("reorganise", *args, stdout=out, stderr=out)
    return out.getvalue()


def test_it_tells_and_then_does_what_a_search_finds(root, library_folder, monkeypatch):
    then = tree(library_folder)
    said = command("sorted/{name}", "--query", "folder:a", "--dry-run")
    assert "sorted (new)  3" in said and "a/0.png -> sorted/0.png" in said
    assert "3 would move, 0 lie there already" in said
    assert tree(library_folder) == then
    monkeypatch.setattr(Reorganise, "waits_for", 1)
    said = command("sorted/{name}", "--query", "folder:a", "--sweep")
    assert "3 images reorganised by sorted/{name}." in said
    assert not (library_folder / "a").exists()
    assert image("b/9.png")
    assert "lie there already" in command("sorted/{name}", "--query", "folder:sorted")


def test_what_is_wrong_is_said(root):
    with pytest.raises(CommandError, match="means nothing here"):
        command("{colour}")
    with pytest.raises(CommandError, match="means nothing here"):
        command("{colour}", "--dry-run")
    with pytest.raises(CommandError, match="3 names are taken"):
        command("x/y", "--query", "folder:a", "--taken", "stop")
    with pytest.raises(CommandError, match="no such collection"):
        command("{name}", "--collection", "none")
