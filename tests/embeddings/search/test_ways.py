"""However candidates are found, the answer is the same."""

import pytest
from django.db import connection, transaction

from embeddings.search import beside, candidates, planning, similarities
from embeddings.search.asking import Ask
from embeddings.search.directions import MODEL_KEYS, directions
from embeddings.search.ranking import rank
from embeddings.search.reading import Reader
from embeddings.services import indexes
from embeddings.spaces import SPACES
from gallery.models import Image

ALL = tuple(SPACES)


@pytest.fixture
def ranked(library, monkeypatch):
    """`ranked(example, "index", limit=5)`: ids and how each space was walked."""
    monkeypatch.setattr(planning, "_FUSED_LEAST", 20)
    monkeypatch.setattr(planning, "_FUSED_LEAST_PICTURES", 20)

    def run(example, way, weights=None, images=None, **fields):
        weights = weights or dict.fromkeys(example.vectors, 1.0)
        fields = {"is_grouped": False, "is_cut": False, "limit": 8} | fields
        chosen = Image.objects.visible() if images is None else images
        ranking = rank(chosen, Ask((example,), weights, **fields), way)
        return ranking.hits, set(ranking.plans.values())

    return run


@pytest.mark.parametrize("space", [name for name in ALL if name != "negative"])
@pytest.mark.parametrize("is_grouped", [False, True])
def test_an_index_finds_what_reading_finds(library, ranked, space, is_grouped):
    example = library.example(space)
    limit = 2 if is_grouped else 5
    exact, _ = ranked(example, "exact", is_grouped=is_grouped, limit=limit)
    found, ways = ranked(example, "index", is_grouped=is_grouped, limit=limit)
    assert found == exact
    assert ways == {"index"}


def test_several_spaces_by_their_indexes(library, ranked):
    example = library.example("clip_h", "prompt")
    weights = {"clip_h": 1.0, "prompt": 0.2}
    exact, _ = ranked(example, "exact", weights)
    found, ways = ranked(example, "index", weights)
    assert found[:4] == exact[:4]
    assert ways == {"index"}


@pytest.mark.parametrize("unindexed", [(), ("clip_g", "negative")])
@pytest.mark.parametrize("is_grouped", [False, True])
def test_spaces_of_texts_are_read_together(library, ranked, unindexed, is_grouped):
    example = library.example("prompt", "clip_l", "clip_g", "negative", "caption")
    weights = {"prompt": 1.0, "clip_l": 0.1, "clip_g": 0.1, "negative": 0.1, "caption": 0.1}
    exact, _ = ranked(example, "exact", weights, is_grouped=is_grouped)
    for space in unindexed:
        indexes.drop(SPACES[space])
    planning.forget()
    found, ways = ranked(example, "index", weights, is_grouped=is_grouped, limit=4)
    assert found == exact[:4]
    assert "index" in ways


def test_where_texts_together_give_too_few_everything_is_looked_at(library, ranked):
    images = Image.objects.visible().rated(at_least=10)
    example = library.example("prompt", "clip_l")
    found, ways = ranked(example, "index", images=images)
    assert found == ranked(example, "exact", images=images)[0]
    assert ways == {"exact"}


def test_a_filter_holds_in_an_index_too(library, ranked):
    images = Image.objects.visible().rated(at_least=6)
    example = library.example("clip_h")
    exact, _ = ranked(example, "exact", images=images)
    found, ways = ranked(example, "index", images=images)
    assert found == exact
    assert ways == {"index"}


def test_where_an_index_gives_too_few_everything_is_looked_at(library, ranked):
    images = Image.objects.visible().rated(at_least=10)
    example = library.example("clip_h")
    found, ways = ranked(example, "index", images=images)
    assert found == ranked(example, "exact", images=images)[0]
    assert ways == {"exact"}


@pytest.mark.parametrize("space", ["clip_h", "prompt", "caption"])
def test_what_has_no_index_is_read(library, ranked, space):
    example = library.example(space)
    exact, _ = ranked(example, "exact")
    indexes.drop(SPACES[space])
    planning.forget()
    assert ranked(example, "index") == (exact, {"exact"})


def test_too_many_images_to_look_at_each_are_read_in_the_order_of_nearness(
    library, ranked, monkeypatch
):
    example = library.example("clip_h")
    expected = [ranked(example, "exact", {"clip_h": weight})[0] for weight in (1.0, -1.0)]
    monkeypatch.setattr(candidates, "MOST_POOLED", 10)
    assert [ranked(example, "exact", {"clip_h": weight})[0] for weight in (1.0, -1.0)] == expected


def test_a_group_that_takes_all_places_is_looked_behind(library, ranked):
    """Forty images of one prompt are nearest; each of the others is one more group."""
    first = Image.objects.exclude(prompt=None).first().prompt
    example = library.example("clip_h")
    best, _ = ranked(example, "exact", limit=40)
    Image.objects.filter(pk__in=[hit.image_id for hit in best]).update(prompt=first)
    found, _ = ranked(example, "index", is_grouped=True)
    assert found == ranked(example, "exact", is_grouped=True)[0]
    assert len(found) == 8
    assert found[0].more >= 39


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["exact", "index"])
def test_over_two_connections_the_answer_is_the_same(library, ranked, monkeypatch, way):
    monkeypatch.setattr(similarities, "_MUCH", 1)
    asked = []
    second = beside.second
    monkeypatch.setattr(beside, "second", lambda own: asked.append(second(own)) or asked[-1])
    example = library.example(*ALL)
    over_two, _ = ranked(example, way)
    assert over_two and None not in asked and len(asked) == (1 if way == "exact" else 2)
    with transaction.atomic():
        inside, _ = ranked(example, way)
    assert inside == over_two and len(asked) == (1 if way == "exact" else 2)
    monkeypatch.setattr(beside, "second", lambda own: None)
    over_one, _ = ranked(example, way)
    assert over_one == over_two


def test_settings_of_a_search_end_with_it(library, ranked):
    ranked(library.example("clip_h"), "index")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('enable_sort'), current_setting('statement_timeout')"
        )
        assert cursor.fetchone() == ("on", "0")


@pytest.mark.parametrize(
    ("images", "left", "expected"),
    [
        (5000, 5000, "exact"),
        (10**6, 200, "exact"),
        (10**6, 10**4, "exact"),
        (10**6, 10**6, "index"),
    ],
)
def test_the_cheaper_way_is_taken(library, monkeypatch, images, left, expected):
    rows = {planning._table(space): planning._State(images, True) for space in SPACES.values()}
    rows["gallery_image"] = planning._State(images, False)
    monkeypatch.setattr(planning, "_states", lambda: rows)
    monkeypatch.setattr(planning, "planned_rows_of", lambda statement: left)
    ask = Ask((library.example("clip_h"),), {"clip_h": 1.0}, is_grouped=False, limit=20)
    plan = planning.plan("SELECT 1", directions(ask, Reader().read(MODEL_KEYS)), ask)
    assert plan.way == expected
