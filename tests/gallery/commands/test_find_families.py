import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.gallery.kinship import HASH, make

__all__ = ["make"]
pytestmark = pytest.mark.django_db(transaction=True)


def command(*args: str) -> str:
    out = StringIO()
    call_command("find_families", *args, stdout=out, stderr=out)
    return out.getvalue()


def test_it_looks_and_prints_how_many_there_are(make):
    for n in (1, 2):
        make(seed=7, phash=HASH, width=512 * n, height=768 * n)
    said = command()
    assert "Versions: 2 images in 1 stacks" in said
    assert "Ideas: 2 images in 1" in said and "known by recipe: 1" in said
    assert json.loads(command("--all", "--json")) == {
        "stacks": 1, "in_stacks": 2, "ideas": 1, "in_ideas": 2, "parents": {"recipe": 1},
    }  # fmt: skip


def test_without_a_library_it_says_what_to_do(db):
    with pytest.raises(CommandError, match="start FOLDER"):
        command()
