import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from dtoolkit.jobs.models import Job
from tests.factories import (
    CollectionFactory,
    FolderFactory,
    ImageFactory,
    LibraryRootFactory,
    PromptFactory,
)

pytestmark = pytest.mark.django_db

LIBRARY = "/c/default/"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def folder():
    return FolderFactory(path="2026", root__name="Pictures", image_count=3)


def images(folder, many: int, **fields):
    return [ImageFactory(folder=folder, **fields) for _ in range(many)]


def ids(response) -> list[int]:
    return [int(pk) for pk in re.findall(r'data-id="(\d+)"', response.content.decode())]


def test_the_front_door_leads_to_the_first_run_while_there_is_no_folder(client):
    assert client.get("/").headers["Location"] == reverse("welcome")


def test_the_front_door_leads_to_the_default_collection(client):
    LibraryRootFactory()
    assert client.get("/").headers["Location"] == LIBRARY


def test_the_front_door_leads_to_the_only_collection_that_has_folders(client):
    LibraryRootFactory(collection=CollectionFactory(slug="work", name="Work"))
    assert client.get("/").headers["Location"] == "/c/work/"


def test_newest_images_come_first(client, folder):
    first, second, third = images(folder, 3)
    assert ids(client.get(LIBRARY)) == [third.pk, second.pk, first.pk]


def test_a_collection_that_does_not_exist_is_a_page_that_says_so(client):
    response = client.get("/c/nowhere/")
    assert response.status_code == 404
    assert b"There is nothing at this address" in response.content


def test_a_filter_that_cannot_be_is_refused_in_words(client, folder):
    response = client.get(LIBRARY, {"rating": "99"})
    assert response.status_code == 400
    assert b"rating must be a whole number from 1 to 10" in response.content


def test_the_page_costs_as_many_queries_for_many_images_as_for_few(
    client, folder, django_assert_num_queries
):
    images(folder, 2)
    # collection, places, tiles, newest id; collection, albums, roots
    with django_assert_num_queries(7):
        client.get(LIBRARY)
    images(folder, 60)
    with django_assert_num_queries(7):
        client.get(LIBRARY)


def test_a_page_of_tiles_costs_three_queries(client, folder, django_assert_num_queries):
    images(folder, 30)
    with django_assert_num_queries(3):
        response = client.get(reverse("library-page", args=["default"]), {"size": "20"})
    assert len(ids(response)) == 20


def test_for_htmx_only_results_and_bar_are_sent(client, folder):
    images(folder, 1)
    content = client.get(LIBRARY, **HTMX).content.decode()
    assert 'id="results"' in content
    assert 'id="chips" hx-swap-oob="true"' in content
    assert "<html" not in content


def test_the_whole_page_comes_when_htmx_restores_its_history(client, folder):
    response = client.get(LIBRARY, **HTMX, HTTP_HX_HISTORY_RESTORE_REQUEST="true")
    assert b"<html" in response.content


def test_pages_lead_on_in_both_directions(client, folder):
    everything = [image.pk for image in reversed(images(folder, 25))]
    url = reverse("library-page", args=["default"])
    first = client.get(url, {"size": "10"})
    (next_cursor,) = re.findall(r'data-next="([^"]+)"', first.content.decode())
    second = client.get(url, {"size": "10", "cursor": next_cursor})
    (previous_cursor,) = re.findall(r'data-previous="([^"]+)"', second.content.decode())
    back = client.get(url, {"size": "10", "cursor": previous_cursor, "direction": "previous"})
    assert ids(first) + ids(second) == everything[:20]
    assert ids(back) == ids(first)


def test_a_tile_names_its_own_place_and_the_page_can_start_there(client, folder):
    everything = images(folder, 12)
    content = client.get(LIBRARY).content.decode()
    cursors = re.findall(r'data-cursor="([^"]+)"', content)
    response = client.get(LIBRARY, {"at": cursors[5]})
    assert ids(response)[0] == everything[-6].pk
    assert len(ids(response)) == 7


def test_the_page_around_an_image_starts_with_it(client, folder):
    wanted, *_ = images(folder, 5)
    response = client.get(reverse("library-page", args=["default"]), {"image": str(wanted.pk)})
    assert ids(response) == [wanted.pk]


def test_an_image_of_another_collection_has_no_page_here(client, folder):
    stranger = ImageFactory(folder__root__collection=CollectionFactory(slug="other"))
    response = client.get(reverse("library-page", args=["default"]), {"image": str(stranger.pk)})
    assert response.status_code == 404


@pytest.mark.parametrize("size", ["0", "201", "-1", "NaN", "1e3", "\uff19"])
def test_a_page_size_that_cannot_be_is_refused(client, folder, size):
    response = client.get(reverse("library-page", args=["default"]), {"size": size})
    assert response.status_code == 400


def test_each_month_has_a_heading(client, folder):
    for month in (3, 3, 5):
        ImageFactory(folder=folder, created_at=datetime(2026, month, 7, tzinfo=UTC))
    content = client.get(LIBRARY).content.decode()
    assert re.findall(r'data-month="([^"]+)"', content) == ["2026-05", "2026-03"]


def test_a_page_in_the_middle_of_a_month_says_that_the_month_goes_on(client, folder):
    for month in (3, 3, 5):
        ImageFactory(folder=folder, created_at=datetime(2026, month, 7, tzinfo=UTC))
    cursors = re.findall(r'data-cursor="([^"]+)"', client.get(LIBRARY).content.decode())
    url = reverse("library-page", args=["default"])
    march_starts, march_goes_on = (client.get(url, {"at": cursors[i]}).content for i in (1, 2))
    assert b"data-continues" not in march_starts
    assert b"data-continues" in march_goes_on


def test_there_are_no_months_when_sorted_by_name(client, folder):
    images(folder, 2)
    assert b"data-month" not in client.get(LIBRARY, {"sort": "name"}).content


def test_a_tile_tells_thumbnails_by_their_true_width(client, folder):
    images(folder, 1, width=512, height=1024)
    content = client.get(LIBRARY).content.decode()
    assert re.findall(r"\.webp (-?\d+w)", content) == ["96w", "192w", "384w"]


def test_a_prompt_is_text_whatever_it_holds(client, folder):
    images(folder, 1, prompt=PromptFactory(text='"><script>alert(1)</script>'))
    content = client.get(LIBRARY).content.decode()
    assert "<script>alert" not in content
    assert "&quot;&gt;&lt;script&gt;" in content


def test_a_file_name_is_text_whatever_it_holds(client, folder):
    images(folder, 1, name="<b>\n\u202egnp.exe", prompt=None)
    content = client.get(LIBRARY).content.decode()
    assert "<b>\n" not in content
    assert "&lt;b&gt;\ufffd\ufffdgnp.exe" in content


def test_nothing_in_the_page_is_inline_script_or_style(client, folder):
    images(folder, 2)
    content = client.get(LIBRARY).content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", content)
    assert not re.search(r"\s(style|on\w+|hx-on[^=]*)=", content)
    assert "js:" not in content


def test_what_filters_is_a_chip_that_can_be_dropped(client, folder):
    images(folder, 1, is_favourite=True, rating=9)
    response = client.get(LIBRARY, {"favourite": "1", "rating": "8", "folder": str(folder.pk)})
    chips = re.findall(r'aria-label="Remove ([^"]+)"', response.content.decode())
    assert [chip.strip() for chip in chips] == ["folder 2026", "favourites", "rated 8 or more"]


def test_a_search_without_a_match_names_what_could_be_dropped(client, folder):
    images(folder, 1)
    response = client.get(LIBRARY, {"q": "submarine", "rating": "8"})
    content = response.content.decode()
    assert "No picture here matches" in content
    assert "Drop rated 8 or more" in content


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"view": "trash"}, "Nothing is marked for deletion"),
        ({"favourite": "1"}, "No favourites yet"),
        ({}, "There are no pictures in Pictures"),
    ],
)
def test_an_empty_place_says_what_would_be_there(client, folder, params, words):
    assert words in client.get(LIBRARY, params).content.decode()


def test_an_empty_library_under_its_first_scan_fills_by_itself(client, folder):
    Job.objects.create(kind="quick_scan", description="Scanning", state=Job.State.RUNNING)
    content = client.get(LIBRARY).content.decode()
    assert "Looking through Pictures" in content
    assert 'hx-target="#results"' in content


def test_counts_are_said_in_words(client, folder):
    images(folder, 3)
    response = client.get(reverse("library-count", args=["default"]))
    assert response.content.decode().strip() == "<strong>3 images</strong>"


def test_the_timeline_lists_months_with_the_place_where_each_begins(client, folder):
    for month in (1, 2, 2):
        ImageFactory(folder=folder, created_at=datetime(2026, month, 3, tzinfo=UTC))
    content = client.get(reverse("library-timeline", args=["default"])).content.decode()
    assert re.findall(r'data-count="(\d+)" data-month="([^"]+)"', content) == [
        ("2", "2026-02"),
        ("1", "2026-01"),
    ]


def test_new_images_are_counted_and_nothing_is_sent_while_there_are_none(client, folder):
    old, *newer = images(folder, 3)
    url = reverse("library-new", args=["default"])
    assert b"2 new images" in client.get(url, {"since": str(old.pk)}).content
    assert client.get(url, {"since": str(newer[-1].pk)}).status_code == 204


def test_new_images_outside_the_result_are_not_announced(client, folder):
    (old, _) = images(folder, 2)
    url = reverse("library-new", args=["default"])
    assert client.get(url, {"since": str(old.pk), "favourite": "1"}).status_code == 204


def test_the_rail_counts_its_places(client, folder):
    images(folder, 2)
    images(folder, 1, is_favourite=True)
    content = client.get(reverse("place-counts", args=["default"])).content.decode()
    assert re.findall(r'id="count-(\w+)" hx-swap-oob="true">([^<]*)<', content) == [
        ("library", "3"),
        ("favourites", "1"),
        ("unrated", "3"),
        ("trash", ""),
        ("duplicates", ""),
    ]


def test_counts_of_roots_come_with_those_of_places(client):
    top = FolderFactory(path="", image_count=38)
    content = client.get(reverse("place-counts", args=["default"])).content.decode()
    assert f'<b id="count-folder-{top.pk}" hx-swap-oob="true">38</b>' in content


def test_sub_folders_come_with_the_number_of_images_in_and_below_them(client):
    top = FolderFactory(path="")
    year = FolderFactory(root=top.root, parent=top, path="2026", image_count=2)
    FolderFactory(root=top.root, parent=year, path="2026/may", image_count=5)
    FolderFactory(root=top.root, parent=top, path="2026-other", image_count=9)
    url = reverse("folder-children", args=["default", top.pk])
    content = client.get(url).content.decode()
    assert re.findall(
        r'<span>([^<]+)</span><i class="treatment"></i><b id="[\w-]+">([^<]+)</b>', content
    ) == [
        ("2026", "7"),
        ("2026-other", "9"),
    ]


def test_the_tree_is_open_down_to_the_current_folder(client, django_assert_num_queries):
    top = FolderFactory(path="")
    year = FolderFactory(root=top.root, parent=top, path="2026")
    month = FolderFactory(root=top.root, parent=year, path="2026/may")
    content = client.get(LIBRARY, {"folder": str(month.pk)}).content.decode()
    assert f'href="/c/default/?folder={month.pk}" aria-current="page"' in content


def test_an_offline_root_says_so_and_stays_browsable(client):
    when = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)
    root = LibraryRootFactory(name="archive-nas", offline_since=when)
    FolderFactory(root=root, path="", image_count=48_000)
    content = client.get(LIBRARY).content.decode()
    assert "archive-nas is offline since 21 November, 09:12 UTC" in content
    assert "Its 48,000 images stay browsable." in content


def test_the_tree_asks_again_until_a_new_root_was_scanned(client):
    root = LibraryRootFactory(name="Fresh")
    again = 'hx-trigger="library:changed from:document, tree:changed'
    assert again in client.get(LIBRARY).content.decode()
    FolderFactory(root=root, path="", image_count=4)
    content = client.get(reverse("folder-roots", args=["default"])).content.decode()
    assert "Fresh" in content
    assert again not in content


def test_a_folder_of_another_collection_is_not_shown(client, folder):
    stranger = FolderFactory(root__collection=CollectionFactory(slug="other"))
    url = reverse("folder-children", args=["default", stranger.pk])
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("cookie", "theme"), [("dark", "dark"), ("light", "light"), ("", "auto"), ('"><b>', "auto")]
)
def test_the_theme_is_right_from_the_first_byte(client, folder, cookie, theme):
    client.cookies["dtk_theme"] = cookie
    assert f'data-theme="{theme}"' in client.get(LIBRARY).content.decode()
