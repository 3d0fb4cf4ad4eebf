"""A ranking from above the gallery: here one by the size of the files, largest first."""

import pytest
from django.http import QueryDict
from django.urls import reverse

from dtoolkit.core.errors import BadInput
from gallery.models import Album, Image
from gallery.search import counting, facets, rankings, results, stretches, timeline
from gallery.search.keywords import registry
from gallery.search.language.kinds import Words
from gallery.search.query import BadQuery, ResultQuery
from gallery.services import albums, selections
from tests.factories import FolderFactory

MOST = 10


class BySize:
    """Knows the word `bytes`; `bytes:away` cannot be ranked, `bytes:nothing` matches nothing."""

    door, region = "search-help", "image"

    def __init__(self) -> None:
        self.asked: list[rankings.Asked] = []

    def like(self, ids) -> str:
        return "bytes:like"

    def rank(self, asked: rankings.Asked) -> rankings.Ranked:
        self.asked.append(asked)
        if asked.terms[0].content == "away":
            raise rankings.Unrankable("The scales are away.", "Bring them.", "Bring", "/scales/")
        rows = asked.images().order_by("-size", "pk").values_list("pk", flat=True)
        is_poor = asked.terms[0].content == "nothing"
        ids = () if is_poor and not asked.wish.takes_any else tuple(rows[:MOST])
        notes = {pk: rankings.Note([rankings.Part("Size", 0.5)], more=pk % 2) for pk in ids}
        return rankings.Ranked(ids, notes, timings={"search": 1.5}, is_poor=is_poor)


@pytest.fixture
def ranker(monkeypatch) -> BySize:
    keyword = registry.Keyword(
        "bytes", Words(), "by size", ("bytes:many",), "Meaning", registry.ranking, ("weight",)
    )  # fmt: skip
    monkeypatch.setitem(registry._KEYWORDS, "bytes", keyword)
    registry.vocabulary.cache_clear()
    ranker = BySize()
    monkeypatch.setattr(rankings, "_rankers", [ranker])
    yield ranker
    registry.vocabulary.cache_clear()


@pytest.fixture
def rooted(tied_library) -> None:
    """As the scanner leaves it, so that pages can show the tree."""
    FolderFactory(root=tied_library[0].folder.root, path="")


@pytest.fixture
def ranked_ids(tied_library) -> list[int]:
    return [one.pk for one in sorted(tied_library, key=lambda one: (-one.size, one.pk))][:MOST]


def ids(query, **page) -> list[int]:
    return [image.pk for image in results.page(query, **page).images]


def test_a_ranked_result_is_in_its_own_order_unless_another_is_asked_for(ranker, ask, ranked_ids):
    query = ask("q=bytes:many")
    assert (query.sort, query.order.title) == ("match", "Best match")
    assert ids(query) == ranked_ids
    assert ids(ask("q=bytes:many&sort=-match")) == ranked_ids[::-1]
    by_name = ids(ask("q=bytes:many&sort=name"))
    assert set(by_name) == set(ranked_ids) and by_name != ranked_ids
    assert query.querystring() == "?q=bytes%3Amany"


def test_all_other_conditions_are_what_is_ranked(ranker, ask, tied_library):
    query = ask("q=bytes:many rating:>=4 name:00*")
    rated = [one for one in tied_library if (one.rating or 0) >= 4 and one.name.startswith("00")]
    rated.sort(key=lambda one: (-one.size, one.pk))
    assert ids(query) == [one.pk for one in rated][:MOST]


def test_pages_and_neighbours_follow_the_ranking(ranker, ask, ranked_ids, tied_library):
    query = ask("q=bytes:many")
    first = results.page(query, size=4)
    assert [image.pk for image in first.images] == ranked_ids[:4]
    assert ids(query, cursor=first.next_cursor, size=4) == ranked_ids[4:8]
    last = results.page(query, direction="previous", size=3)
    assert [image.pk for image in last.images] == ranked_ids[-3:]
    middle = Image.objects.get(pk=ranked_ids[5])
    around = results.neighbours(query, middle)
    assert (around.previous.pk, around.next.pk) == (ranked_ids[4], ranked_ids[6])
    assert results.position(query, middle) == 6
    at = results.cursor_of(query, middle)
    assert ids(ask(f"q=bytes:many&at={at}")) == ranked_ids
    shown = results.around(query, at, 3)
    assert [image.pk for image in shown.images] == ranked_ids[5:8]


def test_a_place_keeps_its_image_when_the_ranking_changes(ranker, ask, ranked_ids):
    cursor = results.page(ask("q=bytes:many"), size=3).next_cursor
    Image.objects.filter(pk=ranked_ids[7]).update(size=10**9)
    assert ids(ask("q=bytes:many"), cursor=cursor, size=2) == ranked_ids[3:5]


def test_an_image_outside_of_the_ranking_has_no_rank_and_stands_behind_it(
    ranker, ask, ranked_ids, tied_library
):
    outside = next(one for one in tied_library if one.pk not in ranked_ids)
    query = ask("q=bytes:many")
    assert query.place(results.cursor_of(query, outside)).value is None
    around = results.neighbours(query, outside)
    assert (around.previous.pk, around.next) == (ranked_ids[-1], None)


def test_counts_facets_and_stretches_are_of_what_is_ranked(ranker, ask, ranked_ids):
    query = ask("q=bytes:many")
    assert counting.count(query) == counting.Count(MOST, is_exact=True)
    folders = next(one for one in facets.of(query).facets if one.name == "folders")
    assert sum(value.count for value in folders.values) == MOST
    assert timeline.months(query) == []
    assert timeline.months(ask("q=bytes:many&sort=-created"))
    ends = [results.cursor_of(query, Image.objects.get(pk=ranked_ids[n])) for n in (2, 5)]
    assert stretches.between(query, *ends, most=50) == ranked_ids[2:6]


def test_a_selected_ranking_is_the_list_of_its_images(ranker, ask, ranked_ids):
    query = ask("q=bytes:many")
    selection = selections.choose_all(selections.begin(query), query)
    assert not selection.is_all and set(selection.image_ids) == set(ranked_ids)
    selection = selections.pick(selection, ranked_ids[:3], is_chosen=False)
    assert set(selections.invert(selection, query).image_ids) == set(ranked_ids[:3])


def test_a_ranking_can_be_a_smart_album(ranker, ask, ranked_ids, collection):
    params = ask("q=bytes:many&spaces=clip_h:1").to_params()
    assert params == {"q": "bytes:many", "spaces": "clip_h:1"}
    album = Album.objects.create(collection=collection, name="Large", is_smart=True, params=params)
    query = ask(f"album={album.pk}")
    assert ids(query) == ranked_ids
    assert ids(ask("q=album:Large name:01*")) == ids(query.replace(q="name:01*", sort="-created"))
    assert albums.counts([album], collection) == {album.pk: None}
    assert albums.smart_covers([album], collection) == {}


def test_how_to_rank_is_told_to_the_ranker(ranker, ask, ranked_ids):
    query = ask(
        "q=bytes:many -weight:few&spaces=clip_h:1,prompt:-0.5&floors=clip_h:0.7&fusion=rank"
        "&ungrouped=1&nearest=1"
    )
    _ = query.ranked
    asked = ranker.asked[0]
    assert [(one.keyword, one.content, one.is_unlike) for one in asked.terms] == [
        ("bytes", "many", False),
        ("bytes", "few", True),
    ]
    assert asked.wish == rankings.Wish(
        {"clip_h": 1.0, "prompt": -0.5}, {"clip_h": 0.7}, "rank", is_grouped=False, takes_any=True
    )
    assert ResultQuery.from_params(query.to_params(), query.collection) == query
    assert "spaces" not in query.replace(q="fox").to_params()


def test_several_orders_of_one_question_are_one_question(ranker, ask, tied_library):
    for params in ("q=bytes:many", "q=bytes:many&sort=name", "q=bytes:many rating:>3"):
        _ = ask(params).ranked
    first, second, other = (asked.key for asked in ranker.asked)
    assert first == second != other


@pytest.mark.parametrize(
    "params",
    ["spaces=clip_h", "spaces=clip_h:2", "floors=clip_h:0.12345", "spaces=clip_h:nan",
     "floors=%00:1", "spaces=a:1," + "b:1," * 200, "fusion=best", "ungrouped=yes"],
)  # fmt: skip
def test_how_to_rank_is_checked(ranker, ask, params):
    with pytest.raises(BadInput):
        ask(f"q=bytes:many&{params}")


@pytest.mark.parametrize("q", ["bytes:many OR fox", "-(fox bytes:many)", "fox (cat OR bytes:few)"])
def test_a_ranking_keyword_stands_at_the_top_only(ranker, ask, q):
    with pytest.raises(BadQuery, match="puts the whole result in order"):
        ask(f"q={q}").images()


def test_without_a_ranking_there_is_no_best_match(ranker, ask, tied_library):
    assert ask("q=fox&sort=match").sort == "-created"
    assert ask('q="bytes: many"').ranked is None


def test_the_page_shows_why_and_how_long_it_took(ranker, client, ranked_ids, rooted, collection):
    url = reverse("library", args=[collection.slug])
    response = client.get(url, {"q": "bytes:many"})
    assert "search;dur=1.5" in response["Server-Timing"]
    assert "render;dur=" in response["Server-Timing"]
    page = response.content.decode()
    assert "Best match" in page and "Size" in page and "0.50" in page


def test_what_cannot_be_ranked_says_why_and_what_to_do(
    ranker, client, ranked_ids, rooted, collection
):
    response = client.get(reverse("library", args=[collection.slug]), {"q": "bytes:away"})
    page = response.content.decode()
    assert response.status_code == 503
    assert "The scales are away." in page and 'href="/scales/"' in page
    assert "matches" not in page.partition('class="state')[2].partition("</div>")[0]
    assert client.get(
        reverse("library-count", args=[collection.slug]), {"q": "bytes:away"}
    ).status_code == 503  # fmt: skip


def test_no_good_match_is_said_with_a_way_to_the_nearest(
    ranker, client, ranked_ids, rooted, collection
):
    url = reverse("library", args=[collection.slug])
    page = client.get(url, {"q": "bytes:nothing"}).content.decode()
    assert "No good match" in page and "nearest=1" in page
    query = ResultQuery.from_params(QueryDict("q=bytes:nothing&nearest=1"), collection)
    assert ids(query) == ranked_ids
