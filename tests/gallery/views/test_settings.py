"""The settings page: sentences, words that are refused in words, jobs that it starts."""

import pytest

from dtoolkit.jobs.models import Job
from gallery import preferences
from gallery.media import thumbnails
from gallery.models import HistoryEntry, Image
from gallery.preferences import NSFW_WORDS
from gallery.services import thumbnail_rebuild
from tests.factories import FolderFactory, ImageFactory, LibraryRootFactory, PromptFactory

pytestmark = pytest.mark.django_db
PAGE = "/c/default/settings/"


@pytest.fixture
def folder(client):
    return FolderFactory(root=LibraryRootFactory(name="Pictures"), path="", image_count=3)


def test_it_tells_of_the_library(client, folder, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        html = client.get(PAGE).content.decode()
    assert "holds 3 images in" in html
    assert "Pictures" in html


def test_a_collection_that_is_not_there_is_no_error_of_ours(client, db):
    assert client.get("/c/nowhere/settings/").status_code == 404


def test_words_are_kept_and_shown_again(client, folder):
    assert client.post(PAGE, {"nsfw_words": "Nude, naked"}).status_code == 302
    assert preferences.get(NSFW_WORDS) == ("nude", "naked")
    assert "nude, naked</textarea>" in client.get(PAGE).content.decode()


def test_a_bad_word_is_refused_and_stays_in_the_field(client, folder):
    response = client.post(PAGE, {"nsfw_words": "nude, ((("}, headers={"HX-Request": "true"})
    assert response.status_code == 422
    html = response.content.decode()
    assert "has no letter" in html and "nude, (((" in html and 'role="alert"' in html
    assert preferences.get(NSFW_WORDS) == ()


def test_the_suggestion_is_only_one(client, folder):
    assert "nsfw, nude, naked" in client.get(PAGE).content.decode()
    assert preferences.get(NSFW_WORDS) == ()


def test_marking_the_library_is_an_act_that_says_how_many(client, folder):
    ImageFactory(folder=folder, prompt=PromptFactory(text="a nude statue"))
    assert client.post(PAGE + "nsfw-words/mark/").status_code == 400
    preferences.put(NSFW_WORDS, "nude")
    html = client.get(PAGE + "nsfw-words/").content.decode()
    assert "1 image read before has such a word" in html
    assert client.post(PAGE + "nsfw-words/mark/", headers={"HX-Request": "true"}).status_code == 204
    entry = HistoryEntry.objects.get()
    assert entry.sentence == "1 image marked NSFW by their words"


def test_all_thumbnails_again_drops_only_those_that_can_be_made(client, folder):
    away = ImageFactory(folder=folder, thumbnail_version=1, is_available=False)
    here = ImageFactory(folder=folder, thumbnail_version=1)
    name = thumbnails.name(here.fingerprint.hex, 192)
    thumbnails.storage().save(name, __import__("io").BytesIO(b"old"))
    assert client.post(PAGE + "thumbnails/").status_code == 302
    assert Job.objects.get().kind == "thumbnail-rebuild"
    chunks = list(thumbnail_rebuild.chunks(folder.root.collection, 100))
    assert chunks == [(here.pk,)]
    thumbnail_rebuild.drop(chunks[0])
    assert not thumbnails.storage().exists(name)
    assert Image.objects.get(pk=here.pk).thumbnail_version is None
    assert Image.objects.get(pk=away.pk).thumbnail_version == 1
