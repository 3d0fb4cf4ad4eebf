import re

import pytest
from django.urls import reverse

from gallery.models import HistoryEntry, Image
from gallery.search import estimates
from gallery.services import prompts
from tests.factories import (
    CollectionFactory,
    FolderFactory,
    ImageFactory,
    LibraryRootFactory,
    PromptFactory,
)

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def folder():
    return FolderFactory(image_count=4)


def prompted(folder, text, many=1, **fields):
    prompt = PromptFactory(text=text)
    ImageFactory.create_batch(many, folder=folder, prompt=prompt, **fields)
    return prompt


def url(name, *args):
    return reverse(name, args=["default", *args])


def texts(response):
    return [row.line.prompt.text for row in response.context["rows"]]


def counts(response):
    return [row.line.count for row in response.context["rows"]]


def test_no_prompts_says_where_they_come_from(client, folder):
    assert "No prompts yet." in client.get(url("prompts")).content.decode()


def test_prompts_by_number_of_images_by_age_and_by_alphabet(client, folder):
    prompted(folder, "Zebra", 3)
    prompted(folder, "an owl", 1)
    prompted(folder, "fox", 2)
    page = client.get(url("prompts"))
    assert (texts(page), counts(page)) == (["Zebra", "fox", "an owl"], [3, 2, 1])
    page = client.get(url("prompts"), {"sort": "newest"})
    assert (texts(page), counts(page)) == (["fox", "an owl", "Zebra"], [2, 1, 3])
    assert texts(client.get(url("prompts"), {"sort": "text"})) == ["an owl", "fox", "Zebra"]


def test_negative_prompts_are_counted_by_themselves(client, folder):
    bad = PromptFactory(text="blurry")
    prompted(folder, "fox", 2, negative_prompt=bad)
    page = client.get(url("prompts"), {"of": "negative"})
    assert (texts(page), counts(page)) == (["blurry"], [2])
    assert f'href="{url("library")}?negative_prompt={bad.pk}"' in page.content.decode()


@pytest.mark.parametrize("sort", ["count", "newest", "text"])
def test_every_prompt_is_on_some_page_once(client, folder, monkeypatch, sort):
    monkeypatch.setattr(prompts, "PAGE_SIZE", 3)
    made = [prompted(folder, f"fox {number % 5} {number}", 1 + number % 3) for number in range(10)]
    seen, address = [], f"{url('prompts')}?sort={sort}"
    while address:
        page = client.get(address, headers=HTMX)
        seen += texts(page)
        more = re.search(r'hx-get="([^"]*after=[^"]*)"', page.content.decode())
        address = more[1].replace("&amp;", "&") if more else None
    assert sorted(seen) == sorted(prompt.text for prompt in made)


@pytest.mark.parametrize("sort", ["count", "newest", "text"])
def test_words_narrow_in_every_order(client, folder, sort):
    prompted(folder, "a red fox in snow")
    prompted(folder, "a fox that is red")
    prompted(folder, "an owl")
    narrowed = client.get(url("prompts"), {"q": "fox red", "sort": sort})
    assert len(texts(narrowed)) == 2
    phrase = client.get(url("prompts"), {"q": '"red fox"', "sort": sort})
    assert texts(phrase) == ["a red fox in snow"]
    assert texts(client.get(url("prompts"), {"q": "fox -snow", "sort": sort})) == [
        "a fox that is red"
    ]


@pytest.mark.parametrize(
    "q", ["(", '"', "|||", "a:b:c", "((fox", "'", "\\", "&!", "x" * 10_000, "\0"]
)
def test_whatever_is_typed_is_no_error(client, folder, q):
    prompted(folder, "fox")
    assert client.get(url("prompts"), {"q": q}).status_code == 200


def test_prompts_of_other_collections_are_not_counted(client, folder):
    prompted(folder, "fox", 1)
    work = LibraryRootFactory(collection=CollectionFactory(slug="work", name="Work"))
    prompted(FolderFactory(root=work), "fox", 4)
    prompted(FolderFactory(root=work), "theirs", 4)
    for sort in ("count", "newest", "text"):
        page = client.get(url("prompts"), {"sort": sort})
        assert (texts(page), counts(page)) == (["fox"], [1])


def test_the_page_costs_as_many_queries_for_many_prompts_as_for_few(
    client, folder, django_assert_num_queries
):
    prompted(folder, "fox")
    # collection, ranks within a time limit (7), prompts; collection, albums, roots
    with django_assert_num_queries(12):
        client.get(url("prompts"))
    for number in range(40):
        prompted(folder, f"fox {number}")
    with django_assert_num_queries(12):
        client.get(url("prompts"))


def test_where_ordering_takes_too_long_the_newest_are_shown(client, folder, monkeypatch):
    prompted(folder, "fox")

    def too_slow(statement, values, fetch=prompts.fetch):
        if "GROUP BY" in statement and "LIMIT" in statement:
            raise estimates.TooSlow
        return fetch(statement, values)

    monkeypatch.setattr(prompts, "fetch", too_slow)
    page = client.get(url("prompts"))
    assert texts(page) == ["fox"]
    assert "these are the newest" in page.content.decode()


def test_similar_ones_are_found_by_distance_and_the_slider_decides_how_far(client, folder):
    fox = prompted(folder, "a red fox in deep snow, masterpiece, best quality", 2)
    prompted(folder, "a red fox in deep snow, masterpiece, high quality")
    prompted(folder, "a red fox asleep on a sofa, masterpiece, best quality")
    prompted(folder, "an owl, masterpiece")
    PromptFactory(text="a red fox in deep snow, masterpiece, best qualitys")  # made no image
    near = client.get(url("prompts-similar", fox.pk), {"at_least": 90})
    assert texts(near) == ["a red fox in deep snow, masterpiece, high quality"]
    far = client.get(url("prompts-similar", fox.pk), {"at_least": 60}, headers=HTMX)
    assert len(texts(far)) == 2
    shares = [row.similarity for row in far.context["rows"]]
    assert shares == sorted(shares, reverse=True) and shares[-1] >= 60
    assert "<html" not in far.content.decode()


@pytest.mark.parametrize("at_least", ["0", "29", "100", "x", "-1", "9" * 30])
def test_a_likeness_that_is_none_is_refused(client, folder, at_least):
    fox = prompted(folder, "fox")
    params = {"at_least": at_least}
    assert client.get(url("prompts-similar", fox.pk), params).status_code == 400


@pytest.mark.parametrize(
    "text", ["!!! ...", "<b>&", "狐の女の子が歌う", "fox " * 2500, "it's 'quoted' \\ fox"]
)
def test_prompts_of_any_kind_have_a_page_of_similar_ones(client, folder, text):
    prompt = prompted(folder, text.strip())
    prompted(folder, text.strip() + " too")
    assert client.get(url("prompts-similar", prompt.pk)).status_code == 200


def test_chosen_prompts_become_a_selection_of_their_images_to_act_on(client, folder):
    fox, owl = prompted(folder, "fox", 2), prompted(folder, "owl", 1)
    prompted(folder, "mouse", 1)
    hidden = ImageFactory(folder=folder, prompt=fox, is_available=False)
    bar = client.post(url("prompt-acts"), {"chosen": [fox.pk, owl.pk]}, headers=HTMX)
    assert "<b>2 prompts</b> · 3 images" in bar.content.decode()
    token = bar.context["selection"].token
    assert f'href="{url("act", "add-tags")}?selection={token}"' in bar.content.decode()
    client.post(url("act", "rate"), {"selection": token, "value": "7"}, headers=HTMX)
    assert HistoryEntry.objects.get().sentence == "3 images rated 7"
    assert Image.objects.get(pk=hidden.pk).rating is None


def test_no_prompt_chosen_is_an_empty_bar(client, folder):
    bar = client.post(url("prompt-acts"), headers=HTMX).content.decode()
    assert "selected" not in bar and 'id="on-images"' in bar


@pytest.mark.parametrize("values", [{"chosen": "x"}, {"chosen": ["1"] * 501}])
def test_a_choice_that_is_none_is_refused(client, folder, values):
    assert client.post(url("prompt-acts"), values).status_code == 400


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\u202eevil", "أزرق", "fox " * 2500])
def test_hostile_prompts_are_text(client, folder, text):
    prompt = prompted(folder, text.strip())
    for page in (client.get(url("prompts")), client.get(url("prompts-similar", prompt.pk))):
        html = page.content.decode()
        assert "<script>alert" not in html and "\u202e" not in html


@pytest.mark.parametrize(
    "params",
    [{"sort": "x"}, {"of": "x"}, {"after": "x"}, {"sort": "newest", "after": "WyJ4IiwxXQ"}],
)
def test_an_address_that_means_nothing_is_refused(client, folder, params):
    assert client.get(url("prompts"), params).status_code == 400
