import pytest
from django.urls import reverse

from gallery.search.keywords import registry
from tests.factories import FolderFactory, ImageFactory, PromptFactory

pytestmark = pytest.mark.django_db

LIBRARY = "/c/default/"
HTMX = {"HTTP_HX_REQUEST": "true"}
FORM = {**HTMX, "HTTP_HX_TRIGGER": "query"}
LIVE = {**FORM, "HTTP_X_LIVE": "1"}


@pytest.fixture(autouse=True)
def library():
    folder = FolderFactory(path="2026", root__name="Pictures", image_count=2)
    ImageFactory(folder=folder, rating=8, prompt=PromptFactory(text="a red fox"), sampler="Euler a")
    ImageFactory(folder=folder, rating=3, prompt=PromptFactory(text="a grey wolf"))


def test_keywords_are_chips_and_words_stay_in_the_field(client):
    content = client.get(LIBRARY, {"q": "fox rating:>=5 -steps:3"}).content.decode()
    assert '<input type="hidden" name="q" value="rating:&gt;=5">' in content
    assert 'value="-steps:3"' in content and "<i>not</i> steps<em>3</em>" in content
    assert 'id="q" value="fox"' in content
    assert 'href="?q=-steps%3A3+fox" data-drop' in content


def test_several_texts_become_one_in_the_address(client):
    response = client.get(LIBRARY, {"q": ["rating:>=5", "a OR b"], "nsfw": "hide"})
    assert response.status_code == 302
    assert response.headers["Location"] == f"{LIBRARY}?q=rating%3A%3E%3D5+%28a+OR+b%29&nsfw=hide"


def test_enter_gives_chips_and_the_rest_and_the_one_address(client):
    response = client.get(LIBRARY, {"q": ["rating:8", "fox sampler:euler*"]}, **FORM)
    content = response.content.decode()
    assert 'data-rest="fox"' in content and "data-live" not in content
    assert content.count('name="q"') == 2
    assert response.headers["HX-Replace-Url"] == f"{LIBRARY}?q=rating%3A8+fox+sampler%3Aeuler%2A"


def test_typing_keeps_the_chips_that_there_were(client):
    content = client.get(LIBRARY, {"q": ["rating:8", "fox sampler:euler*"]}, **LIVE)
    text = content.content.decode()
    assert 'data-rest="fox sampler:euler*" data-live' in text
    assert text.count('name="q"') == 1
    assert 'href="?q=fox+sampler%3Aeuler%2A" data-drop' in text


def test_an_error_while_typing_changes_nothing_but_the_line_below(client):
    response = client.get(LIBRARY, {"q": "rating:>=<b>"}, **LIVE)
    assert response.status_code == 200
    assert response.headers["HX-Reswap"] == "none"
    assert response.headers["HX-Replace-Url"] == "false"
    content = response.content.decode()
    assert "a number was expected here." in content
    assert "<mark>&lt;b&gt;</mark>" in content
    assert 'id="results"' not in content


@pytest.mark.parametrize("q", ["ratng:5", "date: 99999 years ago", "steps:x fox"])
def test_an_address_that_cannot_be_understood_says_so(client, q):
    response = client.get(LIBRARY, {"q": q, "nsfw": "hide"})
    assert response.status_code == 400
    content = response.content.decode()
    assert f'value="{q}"' in content
    assert "<mark>" in content and "How to search" in content
    assert client.get(f"{LIBRARY}page/", {"q": q}).status_code == 400
    assert client.get(f"{LIBRARY}facets/", {"q": q}).status_code == 400


def test_nothing_found_offers_to_drop_each_keyword(client):
    content = client.get(LIBRARY, {"q": "wolf rating:8"}).content.decode()
    assert "No picture here matches <q>wolf</q>." in content
    assert "Drop rating 8" in content


def test_suggestions_say_what_they_replace(client):
    response = client.get(reverse("suggest", args=["default"]), {"text": "fox sampler:eu"})
    content = response.content.decode()
    assert 'role="option"' in content
    assert 'data-insert="&quot;Euler a&quot; " data-start="12"' in content


@pytest.mark.parametrize("text", ["", "\0", '"' * 5000, "lora:" + "x" * 9000, "a:" * 3000, "🦊:"])
def test_suggestions_for_hostile_text_are_none_or_some(client, text):
    assert client.get(reverse("suggest", args=["default"]), {"text": text}).status_code == 200


def test_facets_are_a_fragment_and_a_page(client):
    url = reverse("facets", args=["default"])
    fragment = client.get(url, {"q": "fox"}, **HTMX).content.decode()
    assert "<html" not in fragment
    assert f'href="{LIBRARY}?q=fox+sampler%3A%22Euler+a%22"' in fragment
    assert f'href="{LIBRARY}?q=fox+-sampler%3A%22Euler+a%22"' in fragment
    assert "<html" in client.get(url).content.decode()


def test_the_manual_names_every_keyword(client):
    url = reverse("search-help", args=["default"])
    for headers in ({}, HTMX):
        content = client.get(url, **headers).content.decode()
        missing = [
            keyword.name
            for keyword in registry.every().values()
            if f"<code>{keyword.label}:</code>" not in content
        ]
        assert not missing


def test_a_search_can_be_saved(client):
    assert "albums/new/?q=rating%3A8" in client.get(LIBRARY, {"q": "rating:8"}).content.decode()
    assert "Save as smart album" not in client.get(LIBRARY).content.decode()
