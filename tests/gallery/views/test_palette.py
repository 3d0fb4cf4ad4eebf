import pytest
from django.urls import reverse

from gallery.models import Album, Tag
from tests.factories import FolderFactory, ImageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def image():
    return ImageFactory(folder=FolderFactory(path="2026/winter walk"))


def found(client, **query):
    return client.get(reverse("palette", args=["default"]), query).json()["entries"]


def test_without_letters_there_are_places_and_albums(client, image):
    album = Album.objects.create(collection=image.collection, name="Winter")
    entries = found(client)
    titles = [entry["title"] for entry in entries]
    assert titles[0] == "Library"
    assert {"History", "Jobs", "Winter"} <= set(titles)
    assert entries[-1]["url"].endswith(f"?album={album.pk}")


def test_letters_find_albums_tags_and_folders(client, image):
    Album.objects.create(collection=image.collection, name="Winter", is_smart=True)
    Tag.objects.create(name='winter "coat"')
    entries = found(client, q="winter")
    assert [entry["group"] for entry in entries] == ["Albums", "Tags", "Folders"]
    assert entries[0]["icon"] == "bookmark"
    assert client.get(entries[1]["url"]).status_code == 200
    assert entries[2]["title"] == "winter walk"
    assert entries[2]["detail"].endswith("2026/winter walk")


def test_hostile_letters_find_nothing_and_break_nothing(client, image):
    for letters in ("%", "_", "\\", "'; --", "x" * 5000):
        assert found(client, q=letters) == []


def test_suggested_tags_are_options_the_shortest_first(client, image):
    for name in ("red scarf", "red", "<b>red</b>"):
        Tag.objects.create(name=name)
    answer = client.get(reverse("suggest-tags", args=["default"]), {"q": "red"}).content.decode()
    assert answer.index(">red<") < answer.index("red scarf")
    assert "<b>red" not in answer


def test_an_image_is_shown_in_its_folder(client, image):
    answer = client.get(reverse("image-folder", args=["default", image.pk]), follow=True)
    assert answer.status_code == 200
    assert f'data-id="{image.pk}"' in answer.content.decode()
