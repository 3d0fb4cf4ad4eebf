import json
import uuid
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from gallery.models import DuplicateGroup, Image
from tests.factories import CollectionFactory, FolderFactory, ImageFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def images() -> list[Image]:
    """The first two are copies, the third is near the first."""
    folder, same = FolderFactory(), uuid.uuid4()
    marks = (same, same, uuid.uuid4())
    hashes = (0b0, 0b0, 0b111)
    return [
        ImageFactory(folder=folder, fingerprint=mark, phash=value + (1 << 62))
        for mark, value in zip(marks, hashes, strict=True)
    ]


def command(*args: str) -> str:
    out = StringIO()
    call_command("find_duplicates", *args, stdout=out, stderr=out)
    return out.getvalue()


def test_it_looks_by_all_that_can_and_says_what_cannot(images):
    said = command()
    assert "Copies: 1 to decide" in said and "Nearly the same: 1 to decide" in said
    assert "is not installed" in said


def test_json_lists_the_groups_that_wait(images):
    said = json.loads(command("--channel", "near", "--json"))
    assert [(group["channel"], group["distance"]) for group in said] == [("near", 3.0)]
    assert [image["id"] for image in said[0]["images"]] == [images[0].pk, images[2].pk]
    assert said[0]["images"][0]["path"] == str(images[0].disk_path)


def test_a_distance_is_of_one_channel(images):
    assert json.loads(command("--channel", "near", "--distance", "2", "--json")) == []
    with pytest.raises(CommandError, match="from 0 to 12"):
        command("--channel", "near", "--distance", "13")
    with pytest.raises(CommandError, match="Name one --channel"):
        command("--distance", "3", "--channel", "copies")
    assert not DuplicateGroup.objects.exists()


def test_without_weights_or_library_it_says_so():
    with pytest.raises(CommandError, match="no such collection"):
        command()
    CollectionFactory()
    with pytest.raises(CommandError, match="Nothing can look"):
        command("--channel", "looks")
