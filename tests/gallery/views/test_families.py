"""Stacks and lineage in the pages."""

import pytest
from django.urls import reverse

from gallery.models import DuplicateGroup, DuplicateMember, HistoryEntry, Image
from gallery.search.query import ResultQuery
from gallery.services import history, selections
from tests.gallery.kinship import HASH, look, make, stack_of

__all__ = ["make"]
pytestmark = pytest.mark.django_db
LIBRARY = "/c/default/"


@pytest.fixture
def two(make) -> list[Image]:
    """An image and its enlargement."""
    images = [
        make(seed=7, phash=HASH, name=name, width=512 * n, height=768 * n)
        for n, name in ((1, "small.png"), (2, "large.png"))
    ]
    look(images[0])
    return images


def body(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_a_collapsed_grid_tells_how_many_a_tile_stands_for(client, two):
    page = body(client, f"{LIBRARY}?stacks=versions")
    assert page.count('class="tile"') == 1 and f'data-id="{two[1].pk}"' in page
    assert "The best of 2; O shows its siblings" in page
    assert 'aria-label="Stacks: on"' in page
    assert client.get(f"{LIBRARY}?stacks=maybe").status_code == 400


def test_a_page_of_stacks_costs_no_more_queries_the_more_there_are(
    client, make, django_assert_max_num_queries
):
    for seed in range(6):
        for n in (1, 2):
            image = make(seed=seed, phash=None, width=512 * n, height=768 * n)
    look(image)
    with django_assert_max_num_queries(16):
        assert body(client, f"{LIBRARY}page/?stacks=versions").count("of-stack") == 6


def test_the_details_draw_the_lineage_and_lead_to_versions_and_siblings(client, two):
    page = body(client, reverse("image", args=["default", two[1].pk]))
    assert "Lineage" in page and "small.png" in page and "same prompt, model and seed" in page
    assert f"?q=versions%3A{two[1].pk}" in page and f"?q=idea%3A{two[1].pk}" in page


def test_whole_stacks_are_selected_from_the_bar(client, two):
    address = f"{LIBRARY}selection/?stacks=versions"
    bar = client.post(address, {"op": "set", "ids": str(two[1].pk)}).content.decode()
    assert 'data-select="stacks"' in bar and 'data-count="1"' in bar
    token = bar.split('data-token="')[1].split('"')[0]
    bar = client.post(address, {"op": "stacks", "token": token}).content.decode()
    assert 'data-count="2"' in bar
    plain = client.post(f"{LIBRARY}selection/", {"op": "show", "token": token})
    assert 'data-select="stacks"' not in plain.content.decode()


def test_acts_on_stacks_are_in_the_menus_and_need_two(client, two):
    acts = f"{LIBRARY}acts/"
    assert client.post(f"{acts}stack/", {"ids": str(two[0].pk)}).status_code == 400
    client.post(f"{acts}unstack/", {"ids": str(two[0].pk)})
    assert stack_of(two[0]) == {two[0].pk}
    shown = client.post(f"{acts}siblings/", {"ids": str(two[0].pk)}, headers={"hx-request": "true"})
    assert "no siblings" in shown.headers["HX-Trigger"]


def test_parent_and_child_among_duplicates_are_said_to_be_that_and_kept_in_a_stack(client, two):
    group = DuplicateGroup.objects.create(
        collection=two[0].collection, channel="near", distance=0, keeper=two[1]
    )
    DuplicateMember.objects.bulk_create(
        DuplicateMember(group=group, image=image, distance=0) for image in two
    )
    page = body(client, f"{LIBRARY}duplicates/")
    assert "large.png was enlarged from small.png" in page and "parent and child" in page
    client.post(f"{LIBRARY}duplicates/{group.pk}/decide/", {"act": "stack"})
    entry = HistoryEntry.objects.get()
    assert entry.sentence == "2 images kept in one stack"
    group.refresh_from_db()
    assert group.state == "dismissed" and not Image.objects.filter(is_for_deletion=True).exists()
    words = two[0].stack_words.count()
    assert words == 1
    history.undo(entry)
    group.refresh_from_db()
    assert group.state == "open" and not two[0].stack_words.exists()


def test_a_saved_search_is_shown_as_one_chooses_to_show_it(two):
    query = ResultQuery.from_params({"stacks": "versions"}, two[0].collection)
    assert query.querystring() == "?stacks=versions"
    chosen = selections.choose_all(selections.begin(query), query)
    assert list(selections.images(chosen)) == [two[1]]
