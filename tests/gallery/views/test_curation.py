import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gallery.models import HistoryEntry
from tests.factories import CollectionFactory, ImageFactory

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def say(client, act: str, image, value, **kwargs):
    url = reverse(act, args=[image.collection.slug, image.pk])
    return client.post(url, {"value": value}, headers=HTMX, **kwargs)


def toast(response) -> dict[str, str]:
    return json.loads(response["HX-Trigger"])["toast"]


def test_a_rating_is_kept_and_named(client):
    image = ImageFactory()
    response = say(client, "rate", image, "8")
    image.refresh_from_db()
    assert image.rating == 8
    entry = HistoryEntry.objects.get()
    assert toast(response) == {
        "text": "Rated 8",
        "undo_url": reverse("undo-act", args=["default", entry.pk]),
    }
    assert (entry.sentence, entry.image_count) == ("1 image rated 8", 1)
    assert 'aria-checked="true"' in response.content.decode()


def test_undo_brings_the_former_rating_back(client):
    image = ImageFactory(rating=3)
    undo = toast(say(client, "rate", image, "8"))
    client.post(undo["undo_url"], headers=HTMX)
    image.refresh_from_db()
    assert image.rating == 3


def test_an_empty_rating_clears(client):
    image = ImageFactory(rating=3)
    assert toast(say(client, "rate", image, ""))["text"] == "Rating cleared"
    image.refresh_from_db()
    assert image.rating is None


@pytest.mark.parametrize("value", ["0", "11", "-1", "eight", "8.5", "٣", " 8", "9" * 5000])
def test_a_rating_that_is_none_is_refused_in_words(client, value):
    image = ImageFactory(rating=3)
    response = say(client, "rate", image, value)
    assert response.status_code == 400
    assert "1 to 10" in response.content.decode()
    image.refresh_from_db()
    assert image.rating == 3


@pytest.mark.parametrize(
    ("act", "field", "said", "taken_back"),
    [
        ("favourite", "is_favourite", "Added to favourites", "Removed from favourites"),
        ("nsfw", "is_nsfw", "Marked NSFW", "No longer marked NSFW"),
        (
            "mark-for-deletion",
            "is_for_deletion",
            "Marked for deletion",
            "No longer for deletion",
        ),
    ],
)
def test_a_mark_is_set_and_taken_back(client, act, field, said, taken_back):
    image = ImageFactory()
    response = say(client, act, image, "1")
    assert toast(response)["text"] == said
    image.refresh_from_db()
    assert getattr(image, field) is True
    assert toast(say(client, act, image, "0"))["text"] == taken_back
    image.refresh_from_db()
    assert getattr(image, field) is False


@pytest.mark.parametrize("value", ["", "2", "true", "on"])
def test_a_mark_takes_only_one_and_zero(client, value):
    image = ImageFactory()
    assert say(client, "favourite", image, value).status_code == 400


def test_saying_the_same_twice_changes_nothing_and_says_nothing(client):
    image = ImageFactory()
    say(client, "favourite", image, "1")
    again = say(client, "favourite", image, "1")
    assert again.status_code == 200
    assert "toast" not in json.loads(again["HX-Trigger"])


def test_the_whole_state_is_told_to_the_page(client):
    image = ImageFactory(rating=4)
    response = say(client, "nsfw", image, "1")
    (state,) = json.loads(response["HX-Trigger"])["images:curated"]["images"]
    assert state == {
        "id": image.pk,
        "rating": 4,
        "is_favourite": False,
        "is_nsfw": True,
        "is_for_deletion": False,
    }


def test_only_its_own_column_is_written(client):
    image = ImageFactory()
    with CaptureQueriesContext(connection) as queries:
        say(client, "rate", image, "8")
    (update,) = [q["sql"] for q in queries if "UPDATE gallery_image " in q["sql"]]
    assert update.split("SET")[1].split("FROM")[0].strip() == "rating = 8::smallint"


def test_without_a_value_nothing_happens(client):
    image = ImageFactory()
    url = reverse("rate", args=["default", image.pk])
    assert client.post(url, headers=HTMX).status_code == 400


def test_an_image_of_another_collection_is_not_found(client):
    image = ImageFactory()
    CollectionFactory(slug="other")
    url = reverse("rate", args=["other", image.pk])
    assert client.post(url, {"value": "8"}).status_code == 404


def test_reading_is_not_saying(client):
    image = ImageFactory()
    assert client.get(reverse("rate", args=["default", image.pk])).status_code == 405


def test_without_script_the_page_comes_again_in_the_same_result(client):
    image = ImageFactory()
    url = reverse("rate", args=["default", image.pk]) + "?sort=name"
    response = client.post(url, {"value": "8"})
    assert response.status_code == 302
    assert response["Location"] == reverse("image", args=["default", image.pk]) + "?sort=name"


def test_a_form_without_token_is_refused(db):
    from django.test import Client

    image = ImageFactory()
    response = say(Client(enforce_csrf_checks=True), "rate", image, "8")
    assert response.status_code == 403
