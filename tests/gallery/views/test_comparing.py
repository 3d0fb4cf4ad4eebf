"""Comparing: what differs and only that, two to four images, duels through a result."""

import re
import time

import pytest

from gallery.exports import differences
from gallery.models import Image, Resource
from tests.factories import FolderFactory, ImageFactory, PromptFactory, ResourceFactory

PAGE = "/c/default/compare/"


def marked(texts: list[str]) -> list[list[str]]:
    found = differences.of_texts(texts)
    assert ["".join(piece.text for piece in pieces) for pieces in found] == texts
    return [[piece.text.strip() for piece in pieces if piece.is_different] for pieces in found]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["a red fox", "a blue fox"], [["red"], ["blue"]]),
        (["a red fox", "a red fox"], [[], []]),
        (["(fox:1.2), snow", "(fox:1.35), snow"], [["1.2"], ["1.35"]]),
        (["fox, in snow", "fox"], [[", in snow"], []]),
        (["", "fox"], [[], ["fox"]]),
        (["red fox den", "blue cat den", "red cat den"], [["red fox"], ["blue cat"], ["red cat"]]),
    ],
)
def test_words_that_not_all_have_are_marked(texts, expected):
    assert marked(texts) == expected


def test_a_huge_or_hostile_text_does_not_hold_the_page():
    started = time.monotonic()
    marked(["a b " * 20_000, "b a " * 20_000])
    marked(["a " * 1400, "a b " * 700])
    assert time.monotonic() - started < 3


@pytest.fixture
def images(db) -> list[Image]:
    folder = FolderFactory()
    lora = ResourceFactory(kind=Resource.Kind.CHECKPOINT, name="other_v2")
    texts = ("a red fox in snow", "a blue fox in snow", "a grey fox", "a cat")
    made = [
        ImageFactory(folder=folder, name=f"{n}.png", prompt=PromptFactory(text=text), steps=20)
        for n, text in enumerate(texts)
    ]
    Image.objects.filter(pk=made[1].pk).update(seed=42, checkpoint=lora)
    return made


def get(client, *images: Image, **params: str) -> str:
    ids = {"ids": ",".join(str(image.pk) for image in images)} if images else {}
    response = client.get(PAGE, {**ids, **params})
    assert response.status_code == 200, response.content
    return response.content.decode()


def rows(html: str) -> dict[str, str]:
    found = re.findall(r"<tr([^>]*)><th scope=\"row\">([^<]+)</th>", html)
    return {label: attributes for attributes, label in found}


def test_facts_that_are_the_same_are_told_apart_from_those_that_differ(client, images):
    html = get(client, images[0], images[1])
    assert "is-same" in rows(html)["Steps"]
    assert "is-same" not in rows(html)["Seed"]
    assert "is-same" not in rows(html)["Checkpoint"]
    assert "<mark>red</mark>" in html and "<mark>blue</mark>" in html


def test_without_ids_the_first_of_the_result_are_compared(client, images):
    html = get(client, sort="name")
    assert re.findall(r'data-pane data-id="(\d+)"', html) == [str(image.pk) for image in images]


@pytest.mark.parametrize(
    ("query", "status"), [("ids=1,2,3,4,5", 400), ("ids=x", 400), ("ids=999999", 404)]
)
def test_what_cannot_be_compared_says_so(client, images, query, status):
    response = client.get(f"{PAGE}?{query}")
    assert response.status_code == status
    assert "<h1" in response.content.decode()


def test_images_of_another_collection_are_not_shown(client, images):
    response = client.get(f"/c/other/compare/?ids={images[0].pk},{images[1].pk}")
    assert response.status_code == 404


def test_prompts_are_hostile_text(client, images):
    images[0].prompt = PromptFactory(text="<script>alert(1)</script> fox \u202e")
    images[0].save()
    html = get(client, images[0], images[1])
    assert "<script>alert" not in html
    assert "\u202e" not in html


def test_who_wins_a_duel_meets_the_next_until_nobody_is_left(client, images):
    html = get(client, sort="name", duel="1")
    fought = []
    while "data-wins" in html:
        pair = re.findall(r'data-pane data-id="(\d+)"', html)
        fought.append([int(pk) for pk in pair])
        winner = "right" if fought[-1][1] == images[2].pk else "left"
        link = re.search(rf'data-wins="{winner}" href="([^"]+)"', html)
        assert link
        response = client.get(PAGE + link[1].replace("&amp;", "&"))
        assert response.status_code == 200
        html = response.content.decode()
    first, second, third, fourth = (image.pk for image in images)
    assert fought == [[first, second], [first, third], [fourth, third]]
    assert "2.png won" in html
    assert "3 duels fought" in html


def test_a_duel_takes_few_queries(client, images, django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        get(client, sort="name", duel="1")
