import pytest
from django.urls import reverse

from gallery.views import texts
from tests.factories import FolderFactory, ImageFactory, PromptFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def images():
    folder = FolderFactory()
    prompt = PromptFactory(text="a red fox")
    return [ImageFactory(folder=folder, prompt=prompt, seed=seed) for seed in (5, 2**64 - 1)]


def told(client, what, images):
    ids = ",".join(str(image.pk) for image in images)
    return client.get(reverse("texts", args=["default", what]), {"ids": ids})


def test_each_text_is_there_once_and_said_in_words(client, images):
    assert told(client, "seed", images).json() == {
        "text": f"5\n{2**64 - 1}",
        "said": "Seed of 2 images copied",
    }
    assert told(client, "prompt", images).json()["text"] == "a red fox"
    assert told(client, "prompt", images[:1]).json()["said"] == "Prompt copied"


def test_parameters_and_paths_cost_the_same_for_more_images(
    client, images, django_assert_num_queries
):
    with django_assert_num_queries(3):
        answer = told(client, "parameters", images).json()
    assert answer["text"].startswith("a red fox")
    assert "Seed: 5" in answer["text"]
    assert told(client, "path", images).json()["text"].count("\n") == 1


def test_what_is_not_known_is_said(client, images):
    assert told(client, "negative", images).json() == {
        "text": "",
        "said": "No negative prompt is known here.",
    }
    assert told(client, "password", images).status_code == 404


def test_no_more_than_the_first_are_copied(client, images, monkeypatch):
    monkeypatch.setattr(texts, "MOST", 1)
    answer = told(client, "seed", images).json()
    assert answer == {"text": "5", "said": "Seed of the first 1 image copied"}
