"""The page of the library's numbers: its states, its choices, what it lets be taken away."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from dtoolkit.jobs.models import Job
from gallery.dashboard import keeping
from gallery.models import ImageResource, LibraryRoot, LibrarySummary, Resource
from tests.factories import CollectionFactory, FolderFactory, ImageFactory, ResourceFactory

pytestmark = pytest.mark.django_db

PAGE = "/c/default/dashboard/"
NUMBERS = f"{PAGE}numbers."
HTMX = {"HX-Request": "true"}


@pytest.fixture
def folder():
    return FolderFactory()


def body(client, address: str = PAGE, **headers) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == 200, response.content
    return response.content.decode()


def test_an_empty_library_says_what_to_do(client):
    CollectionFactory()
    html = body(client)
    assert "Nothing to count yet." in html
    assert reverse("welcome") in html


def test_one_image_without_anything(client, folder):
    ImageFactory(folder=folder, prompt=None)
    html = body(client)
    assert "Nothing is rated here yet." in html
    assert "No image names a checkpoint yet." in html
    assert "No image of this time names a LoRA." in html


def test_a_search_that_finds_nothing_leads_back(client, folder):
    ImageFactory(folder=folder)
    assert "No image is like that." in body(client, f"{PAGE}?q=zebra")


def test_all_of_one_date(client, folder):
    when = datetime(2024, 2, 29, tzinfo=UTC)
    ImageFactory.create_batch(9, folder=folder, created_at=when, rating=7)
    for period in ("all", "year", "30days"):
        body(client, f"{PAGE}?period={period}&measure=bytes")
    assert "Most in February 2024: 9 images." in body(client)


def test_all_of_a_wrong_clock(client, folder):
    ImageFactory(folder=folder, created_at=datetime(1970, 1, 1, tzinfo=UTC))
    ImageFactory(folder=folder, created_at=datetime(2099, 1, 1, tzinfo=UTC))
    html = body(client)
    assert "1 image dated before" in html
    assert "1 image dated after" in html


def test_names_from_files_are_only_text(client, folder):
    name = "<img src=x onerror=alert(1)>\u202e" + "y" * 9000
    checkpoint = ResourceFactory(name=name)
    image = ImageFactory(folder=folder, checkpoint=checkpoint, rating=5, sampler=name)
    lora = Resource.objects.create(kind="lora", name=name)
    ImageResource.objects.create(image=image, resource=lora)
    html = body(client)
    assert "<img src=x" not in html
    assert "\u202e" not in html
    assert len(html) < 200_000


def test_ratings_say_how_sure_they_are(client, folder):
    for name, ratings in (("steady", [8] * 30), ("lucky", [10]), ("poor", [3] * 25)):
        checkpoint = ResourceFactory(name=name)
        for rating in ratings:
            ImageFactory(folder=folder, checkpoint=checkpoint, rating=rating)
    ImageFactory.create_batch(3, folder=folder)
    html = body(client)
    rows = html[html.index("means-models") :]
    assert rows.index("steady") < rows.index("poor") < rows.index("lucky")
    assert "no interval" in rows
    assert "3 unrated" in html
    assert "need not be the cause" in html


def test_what_is_hidden_is_not_counted(client, folder):
    ImageFactory(folder=folder, is_nsfw=True)
    ImageFactory(folder=folder, is_available=False)
    ImageFactory(folder=folder, is_for_deletion=True)
    ImageFactory(folder=folder)

    def count(params: str) -> int:
        return client.get(f"{PAGE}?{params}").context["look"].facts["totals"]["count"]

    assert [count(p) for p in ("", "nsfw=hide", "unavailable=1", "view=trash")] == [2, 1, 3, 1]


@pytest.mark.parametrize(
    "params",
    [
        "period=ever", "measure=pixels", "top=7", "top=x", "lora=-1", "folder=99", "q=rating:x",
        "album=5", "nsfw=maybe",
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(client, folder, params):
    response = client.get(f"{PAGE}?{params}")
    assert response.status_code in {400, 404}
    assert b"Traceback" not in response.content


def test_choices_keep_the_scope(client, folder):
    ImageFactory(folder=folder, rating=9)
    html = body(client, f"{PAGE}?q=rating:9&period=year&top=5")
    assert "?q=rating%3A9&amp;period=year&amp;measure=bytes&amp;top=5" in html


def test_a_large_library_is_counted_by_a_job_that_a_post_begins(client, folder, monkeypatch):
    ImageFactory(folder=folder)
    monkeypatch.setattr(keeping, "_is_small", lambda query: False)
    html = body(client)
    assert "The library is being counted." in html
    assert 'hx-trigger="load, submit"' in html
    assert not Job.objects.exists()
    response = client.post(f"{PAGE}count/", headers=HTMX)
    assert "Counting anew" in response.content.decode()
    assert 'hx-trigger="every 2s"' in body(client, f"{PAGE}state/", **HTMX)
    Job.objects.update(state=Job.State.DONE)
    response = client.get(f"{PAGE}state/", headers=HTMX)
    assert "dashboard:counted" in response.headers["HX-Trigger"]


def test_a_small_library_is_counted_anew_at_once(client, folder):
    image = ImageFactory(folder=folder)
    body(client)
    type(image).objects.update(rating=5)  # by nobody that could be noticed
    response = client.post(f"{PAGE}count/", headers=HTMX)
    assert "dashboard:counted" in response.headers["HX-Trigger"]
    assert client.get(PAGE).context["look"].facts["totals"]["rated"] == 1
    assert not Job.objects.exists()


def test_without_a_script_counting_comes_back_to_the_page(client, folder):
    response = client.post(f"{PAGE}count/?q=fox&top=5")
    assert (response.status_code, response.url) == (302, f"{PAGE}?q=fox&top=5")


def test_many_bars_cost_no_more_queries(client, folder, django_assert_max_num_queries):
    for number in range(30):
        ImageFactory(folder=folder, checkpoint=ResourceFactory(name=f"m{number}"), rating=5)
    body(client)
    with django_assert_max_num_queries(16):
        body(client, PAGE, **HTMX)


def test_folders_are_those_below_the_one_that_is_looked_at(client):
    root = LibraryRoot.objects.create(
        collection=CollectionFactory(), path="/pictures", name="Pictures"
    )
    FolderFactory(root=root, path="")
    outer = FolderFactory(root=root, path="2026")
    for path in ("2026/march", "2026/may", "old"):
        ImageFactory(folder=FolderFactory(root=root, path=path))
    ImageFactory(folder=outer)

    def labels(params: str) -> set[str]:
        return {part.label for part, _ in client.get(PAGE + params).context["folders"]}

    assert labels("") == {"2026", "old"}
    assert labels(f"?folder={outer.pk}") == {"march", "may", "right in 2026"}


def test_the_numbers_come_as_csv_without_formulas(client, folder):
    for name in ("=HYPERLINK(1)", " @SUM(A1)", "+1", "plain"):
        ImageFactory(folder=folder, checkpoint=ResourceFactory(name=name), rating=6)
    response = client.get(f"{NUMBERS}csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    names = {row["name"] for row in rows if row["part"] == "ratings by models"}
    assert names == {"'=HYPERLINK(1)", "' @SUM(A1)", "'+1", "plain"}
    assert not [cell for row in rows for cell in row.values() if cell[:1] in ("=", "@", "+")]


def test_the_numbers_come_as_json(client, folder):
    ImageFactory(folder=folder, rating=6)
    told = client.get(f"{NUMBERS}json?rating=6").json()
    assert told["scope"] == "rating=6"
    assert {"part": "ratings", "name": "6", "images": 1, "query": "rating:6"} in told["rows"]
    assert client.get(f"{NUMBERS}xml").status_code == 400


def test_numbers_of_another_version_are_not_shown(client, folder):
    ImageFactory(folder=folder)
    body(client)
    LibrarySummary.objects.update(facts={"version": 0})
    assert "New" in body(client)


def test_higher_apps_show_what_they_miss_by_url(client, folder):
    ImageFactory(folder=folder)
    address = reverse("embeddings-coverage", args=["default"])
    assert f'hx-get="{address}"' in body(client)
    assert "Embeddings" in body(client, address, **HTMX)
