"""The page on which duplicates are decided, one group after the other."""

import pytest

from dtoolkit.jobs.models import Job
from gallery.models import (
    Album,
    AlbumImage,
    DuplicateGroup,
    DuplicateMember,
    HistoryEntry,
    Image,
    ImageEdit,
    ImageTag,
    Tag,
)
from tests.factories import CollectionFactory, FolderFactory, ImageFactory

pytestmark = pytest.mark.django_db

PAGE = "/c/default/duplicates/"


@pytest.fixture
def folder():
    return FolderFactory(path="winter")


@pytest.fixture
def add(folder):
    def add_(*names: str, channel: str = "near", distance: float = 4, **fields) -> DuplicateGroup:
        images = [ImageFactory(folder=folder, name=name, prompt=None) for name in names]
        group = DuplicateGroup.objects.create(
            collection=folder.root.collection,
            channel=channel,
            distance=distance,
            keeper=images[0],
            **fields,
        )
        DuplicateMember.objects.bulk_create(
            DuplicateMember(group=group, image=image, distance=distance) for image in images
        )
        return group

    return add_


def body(client, path: str = PAGE, **headers) -> str:
    response = client.get(path, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def decide(client, group: DuplicateGroup, act: str, keeper: Image | None = None, **headers):
    values = {"act": act, "keeper": keeper.pk if keeper else ""}
    return client.post(f"{PAGE}{group.pk}/decide/", values, headers=headers)


def image(name: str) -> Image:
    return Image.objects.get(name=name)


def test_before_anything_was_looked_for_it_says_what_it_does(client):
    CollectionFactory()
    page = body(client)
    assert "One picture, several files?" in page
    assert f'href="{PAGE}find/"' in page


def test_where_all_is_decided_it_says_so(client, add):
    add("a.png", "b.png", state="decided")
    assert "Nothing waits for a decision." in body(client)


def test_while_something_looks_it_says_how_far(client):
    collection = CollectionFactory()
    params = {"collection_id": collection.pk, "channel": "near", "limit": 6}
    Job.objects.create(
        kind="find-duplicates", params=params, state="running", description="Looking, <now>"
    )
    page = body(client)
    assert "Looking, &lt;now&gt;" in page and 'hx-trigger="every 2s"' in page
    assert "One picture" not in page
    Job.objects.update(state="done")
    response = client.get(f"{PAGE}state/", headers={"HX-Request": "true"})
    assert "Show what was found" in response.content.decode()
    assert "duplicates:found" in response.headers["HX-Trigger"]


def test_a_group_shows_its_images_and_in_what_they_differ(client, add):
    add("small.png", "large.png")
    Image.objects.filter(name="large.png").update(width=2048, height=2048, format="webp")
    page = body(client)
    assert page.index("large.png") < page.index("small.png"), "the suggested one stands first"
    assert "it has more pixels" in page
    assert "4 of 64 bits differ" in page
    assert '<div class="is-better"><dt>Pixels</dt><dd dir="auto">2048 × 2048</dd>' in page  # noqa: RUF001
    assert '<div><dt>Pixels</dt><dd dir="auto">1024 × 1024</dd>' in page  # noqa: RUF001
    assert '<div class="is-same"><dt>Folder</dt><dd dir="auto">winter</dd>' in page
    assert f'value="{image("large.png").pk}" required autocomplete="off" checked' in page
    assert page.count(" checked") == 1


def test_what_was_said_is_shown(client, add):
    add("a.png", "b.png")
    first = image("a.png")
    tag = Tag.objects.create(name="fox<b>")
    ImageTag.objects.create(image=first, tag=tag, source="person")
    ImageTag.objects.create(image=first, tag=tag, source="wd14")
    album = Album.objects.create(collection=first.collection, name="Best")
    AlbumImage.objects.create(album=album, image=first, position=1)
    ImageEdit.objects.create(image=first, note="a note\u202e")
    Image.objects.filter(pk=first.pk).update(rating=8, is_favourite=True)
    page = body(client)
    assert "it is rated 8" in page
    for value in ("fox&lt;b&gt;", "Best", "a note\ufffd"):
        assert f'<dd dir="auto">{value}</dd>' in page


def test_queries_do_not_grow_with_the_group(client, add, django_assert_num_queries):
    add(*(f"{number}.png" for number in range(40)))
    with django_assert_num_queries(16):
        page = body(client, **{"HX-Request": "true"})
    assert page.count('name="keeper"') == 40


def test_a_huge_group_shows_its_first_images(client, add):
    add(*(f"{number}.png" for number in range(63)))
    page = body(client)
    assert page.count('name="keeper"') == 60
    assert "3 more of this group are not shown" in page


def test_skipping_leads_on_and_at_the_end_back_to_the_start(client, add):
    first, second = add("a.png", "b.png"), add("c.png", "d.png")
    assert f"?group={first.pk + 1}" in body(client)
    page = body(client, f"{PAGE}?group={first.pk + 1}")
    assert "c.png" in page and "a.png" not in page
    assert f'href="{PAGE}?group={first.pk}"' in page, "the one before"
    assert "That was the last one." in body(client, f"{PAGE}?group={second.pk + 1}")


def test_groups_whose_images_went_are_passed_over(client, add):
    add("a.png", "b.png")
    add("c.png", "d.png", "e.png")
    Image.objects.filter(name="b.png").update(is_for_deletion=True)
    Image.objects.filter(name="e.png").update(is_available=False)
    page = body(client)
    assert "c.png" in page and "a.png" not in page and "e.png" not in page
    assert "<b>2 images</b>" in page
    assert "All <span>1</span>" in page


def test_a_channel_narrows_the_queue(client, add):
    add("a.png", "b.png")
    add("c.png", "d.png", channel="copies", distance=0, is_confirmed=True)
    page = body(client, f"{PAGE}?channel=copies")
    assert "c.png" in page and "a.png" not in page
    assert "The same file, compared byte by byte" in page
    assert "All <span>2</span>" in page and "Copies <span>1</span>" in page
    assert client.get(f"{PAGE}?channel=smell").status_code == 404


def test_merging_answers_the_next_group_with_undo(client, add):
    group, following = add("a.png", "b.png"), add("c.png", "d.png")
    response = decide(client, group, "merge", image("b.png"), **{"HX-Request": "true"})
    page = response.content.decode()
    assert page.lstrip().startswith("<section") and "c.png" in page
    assert response.headers["HX-Replace-Url"] == f"{PAGE}?group={following.pk}"
    assert "1 duplicate merged into b.png" in response.headers["HX-Trigger"]
    assert f'hx-get="{PAGE}?group={group.pk}"' in page, "Undo leads back to it"
    assert image("a.png").is_for_deletion and not image("b.png").is_for_deletion
    entry = HistoryEntry.objects.get()
    assert f"/history/{entry.pk}/undo/" in response.headers["HX-Trigger"]


def test_not_duplicates_without_a_script_leads_to_the_next(client, add):
    group, following = add("a.png", "b.png"), add("c.png", "d.png")
    response = decide(client, group, "dismiss")
    assert (response.status_code, response.url) == (302, f"{PAGE}?group={following.pk}")
    group.refresh_from_db()
    assert group.state == "dismissed"
    assert not Image.objects.for_deletion().exists()


@pytest.mark.parametrize(("act", "status"), [("shred", 400), ("merge", 400)])
def test_what_means_nothing_is_refused(client, add, act, status):
    group = add("a.png", "b.png")
    assert decide(client, group, act).status_code == status
    assert not HistoryEntry.objects.exists()


def test_two_tabs_decide_once(client, add):
    group = add("a.png", "b.png")
    decide(client, group, "dismiss")
    assert decide(client, group, "merge", image("a.png")).status_code == 409


def test_groups_of_another_collection_are_not_there(client, add):
    group = add("a.png", "b.png")
    CollectionFactory(slug="other")
    there = f"/c/other/duplicates/{group.pk}/decide/"
    assert client.post(there, {"act": "dismiss"}).status_code == 404
    assert "a.png" not in body(client, "/c/other/duplicates/")


def test_looking_asks_by_what(client):
    CollectionFactory()
    page = body(client, f"{PAGE}find/")
    assert "that differ in at most so many of 64 bits" in page
    assert "is not installed" in page and 'value="looks" disabled' in page
    values = {"channel": ["copies", "near"], "near": "8", "confirm": "1"}
    assert client.post(f"{PAGE}find/", values).url == PAGE
    params = {job.params["channel"]: job.params for job in Job.objects.all()}
    assert params["near"]["limit"] == 8 and not params["near"]["is_confirmed"]
    assert params["copies"]["is_confirmed"]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({}, "Choose by what to look."),
        ({"channel": "near", "near": "40"}, "Give a number from 0 to 12."),
        ({"channel": "looks", "looks": "0.97"}, "is not installed"),
    ],
)
def test_what_cannot_be_looked_for_is_said(client, values, problem):
    CollectionFactory()
    response = client.post(f"{PAGE}find/", values)
    assert response.status_code == 422
    assert problem in response.content.decode()
    assert not Job.objects.exists()


def test_taking_all_suggestions_says_how_many_and_how_large(client, add):
    add("a.png", "b.png", "c.png", channel="copies", distance=0)
    add("d.png", "e.png")
    page = body(client, f"{PAGE}all/")
    assert "Of 1 group of copies" in page and "2 images, 2.4" in page
    client.post(f"{PAGE}all/")
    assert set(Image.objects.for_deletion().values_list("name", flat=True)) == {"b.png", "c.png"}
    assert "No group of copies waits" in body(client, f"{PAGE}all/")


def test_the_rail_says_how_many_wait(client, add):
    add("a.png", "b.png")
    assert f'href="{PAGE}"' in body(client, "/c/default/")
    counts = body(client, "/c/default/places/")
    assert '<b id="count-duplicates" hx-swap-oob="true">1</b>' in counts
