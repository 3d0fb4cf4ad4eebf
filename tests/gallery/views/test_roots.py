"""The page of folders: how each one is, in words, and the acts without a question."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services import locks
from gallery.models import LibraryRoot, WatchState
from tests.factories import CollectionFactory, FolderFactory, LibraryRootFactory

pytestmark = pytest.mark.django_db

PAGE = "/c/default/roots/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def root() -> LibraryRoot:
    root = LibraryRootFactory(name="Pictures", path="/library/pictures")
    FolderFactory(root=root, path="", image_count=3)
    FolderFactory(root=root, path="2026", image_count=9)
    return root


@pytest.fixture
def watched(monkeypatch):
    """As if a living process watched these roots."""

    def watch(*roots: LibraryRoot) -> None:
        held = {root.pk for root in roots}
        monkeypatch.setattr(locks, "held", lambda lock: held)

    return watch


def page(client, **headers: str) -> str:
    response = client.get(PAGE, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_the_short_address_leads_to_the_default_collection(client):
    assert client.get("/folders/")["Location"] == PAGE


def test_each_folder_tells_its_place_and_its_images(client, root):
    html = page(client)
    assert "/library/pictures" in html
    assert "12 images" in html
    assert "<html" in html
    assert "<html" not in page(client, **HTMX)


def test_without_a_folder_it_asks_for_one(client):
    CollectionFactory()
    assert "No folder belongs to this library yet." in page(client)


@pytest.mark.parametrize(
    ("state", "note", "says"),
    [
        (WatchState.WATCHING, "", "Watched: what changes"),
        (
            WatchState.POLLING,
            "Looked at every 10 s, as it lies on a network share.",
            "Looked at every 10 s, as it lies on a network share.",
        ),
        (WatchState.FAILED, "", "It cannot be watched."),
    ],
)
def test_it_says_what_the_watcher_says(client, root, watched, state, note, says):
    LibraryRoot.objects.update(watch_state=state, watch_note=note)
    watched(root)
    html = page(client)
    assert says in html
    assert f"is-{state}" in html


def test_what_a_dead_watcher_said_is_of_the_past(client, root, watched):
    LibraryRoot.objects.update(watch_state=WatchState.WATCHING)
    watched()
    assert "no watcher is running" in page(client)
    LibraryRoot.objects.update(is_watched=False)
    assert "Not watched. Scan it" in page(client)


def test_an_offline_folder_says_since_when_and_that_its_images_stay(client, root):
    LibraryRoot.objects.update(offline_since=datetime(2026, 11, 21, 9, 12, tzinfo=UTC))
    html = page(client)
    assert "Pictures is offline since" in html
    assert 'datetime="2026-11-21T09:12:00+00:00"' in html
    assert "Its 12 images stay browsable." in html


def test_a_scan_that_runs_is_told_with_its_figures(client, root):
    now = timezone.now()
    Job.objects.create(
        kind="deep_scan",
        params={"root_id": root.pk},
        description="Reading metadata in Pictures",
        state="running",
        is_planned=True,
        is_total_known=True,
        total=900,
        done=412,
        started_at=now,
        window_at=now + timedelta(hours=1),
    )
    assert "Reading metadata in Pictures: 412 of 900" in page(client)


def test_the_states_come_each_into_its_place(client, root):
    html = client.get(reverse("root-states", args=["default"]), headers=HTMX).content.decode()
    assert f'id="root-state-{root.pk}" hx-swap-oob="true"' in html
    assert f'id="root-count-{root.pk}" hx-swap-oob="true"' in html


def test_many_folders_cost_as_much_as_one(client, root, django_assert_num_queries):
    with django_assert_num_queries(5):  # collection, roots, watchers, jobs, treated folders
        page(client, **HTMX)
    for _ in range(5):
        FolderFactory(root=LibraryRootFactory(), path="", treatment="archive")
    with django_assert_num_queries(5):
        page(client, **HTMX)


def test_what_was_chosen_is_said(client, root):
    LibraryRoot.objects.update(extensions=["png"], ignored=["temp/"], takes_hidden=True)
    html = page(client)
    for said in ("Only png", "1 ignored pattern<", "Hidden files too"):
        assert said in html


def test_folders_left_out_can_be_taken_in_from_here(client, root):
    folder = FolderFactory(root=root, path="rejects", treatment="exclude_tree", is_available=False)
    html = page(client)
    assert "rejects" in html
    assert "excluded with all below" in html
    assert reverse("treat-folder", args=["default", folder.pk]) in html


@pytest.mark.parametrize(("values", "is_rebuild"), [({}, False), ({"rebuild": "1"}, True)])
def test_scan_and_rebuild_start_a_job(client, root, values, is_rebuild):
    address = reverse("scan-root", args=["default", root.pk])
    response = client.post(address, values, headers=HTMX)
    assert response.status_code == 204
    assert "roots:changed" in response["HX-Trigger"]
    job = Job.objects.get()
    assert (job.kind, job.params.get("rebuild", False)) == ("quick_scan", is_rebuild)
    assert client.post(address, values)["Location"] == PAGE
    assert client.get(address).status_code == 405


def test_a_root_of_another_collection_is_not_found(client, root):
    CollectionFactory(slug="other")
    for name in ("scan-root", "root-options", "rename-root", "missing-files", "remove-root"):
        assert client.post(reverse(name, args=["other", root.pk])).status_code == 404


def test_names_from_the_disk_are_texts(client, root):
    LibraryRoot.objects.update(name="<b>\u202e", path="/library/<i>", ignored=['"><u>'])
    html = page(client)
    for hostile in ("<b>\u202e", "<i>", "<u>"):
        assert hostile not in html.replace('<i class="', "")
