"""What can be done with a folder of the tree."""

import json

import pytest
from django.urls import reverse

from dtoolkit.jobs.models import Job
from gallery.models import Folder
from tests.factories import CollectionFactory, FolderFactory, LibraryRootFactory

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def folder() -> Folder:
    root = LibraryRootFactory(name="Pictures")
    top = FolderFactory(root=root, path="")
    return FolderFactory(root=root, parent=top, path="rejects", image_count=4)


def url(name: str, folder: Folder) -> str:
    return reverse(name, args=["default", folder.pk])


def acts(client, folder: Folder) -> str:
    return client.get(url("folder-acts", folder), headers=HTMX).content.decode()


def test_the_menu_offers_what_can_be_done(client, folder, django_assert_num_queries):
    with django_assert_num_queries(1):
        html = acts(client, folder)
    for label in ("Scan this folder", "Archive with all below", "Exclude with all below"):
        assert label in html
    assert "Take in again" not in html
    assert "<html" in client.get(url("folder-acts", folder)).content.decode()


def test_a_folder_left_out_is_offered_to_be_taken_in(client, folder):
    Folder.objects.filter(pk=folder.pk).update(treatment="exclude_tree")
    html = acts(client, folder)
    assert "Take in again" in html
    assert "Exclude with all below" not in html
    assert "excluded with all below" in html


def test_all_of_a_library_folder_is_removed_rather_than_excluded(client, folder):
    html = acts(client, folder.parent)
    assert "Exclude with all below" not in html
    assert "Pictures" in html


def test_a_treatment_is_kept_scanned_told_and_can_be_undone(client, folder):
    response = client.post(url("treat-folder", folder), {"value": "exclude_tree"}, headers=HTMX)
    assert response.status_code == 204
    folder.refresh_from_db()
    assert folder.treatment == "exclude_tree"
    assert Job.objects.get().kind == "quick_scan"
    news = json.loads(response["HX-Trigger"])
    assert news["folder:treated"] == {
        "id": folder.pk,
        "treatment": "exclude_tree",
        "word": "excluded",
    }
    assert news["toast"]["undo_url"] == url("treat-folder", folder)
    undone = client.post(news["toast"]["undo_url"], {"value": news["toast"]["undo_value"]})
    assert undone["Location"] == "/c/default/roots/"
    folder.refresh_from_db()
    assert folder.treatment == ""


def test_a_treatment_that_is_none_is_refused(client, folder):
    response = client.post(url("treat-folder", folder), {"value": "burn"}, headers=HTMX)
    assert response.status_code == 400
    folder.refresh_from_db()
    assert folder.treatment == ""


@pytest.mark.parametrize(("values", "is_rebuild"), [({}, False), ({"rebuild": "1"}, True)])
def test_it_is_looked_through_alone(client, folder, values, is_rebuild):
    response = client.post(url("scan-folder", folder), values, headers=HTMX)
    assert response.status_code == 204
    params = Job.objects.get().params
    assert (params["folder"], params.get("rebuild", False)) == ("rejects", is_rebuild)


def test_a_folder_of_another_collection_is_not_found(client, folder):
    CollectionFactory(slug="other")
    for name in ("folder-acts", "treat-folder", "scan-folder"):
        address = reverse(name, args=["other", folder.pk])
        assert client.get(address).status_code in {404, 405}
        assert client.post(address, {"value": ""}).status_code in {404, 405}
    assert not Job.objects.exists()


def test_the_tree_shows_what_was_left_out(client, folder):
    Folder.objects.filter(pk=folder.pk).update(treatment="exclude", is_available=False)
    html = client.get(url("folder-children", folder.parent)).content.decode()
    assert f'data-folder="{folder.pk}" data-treatment="exclude"' in html
    assert '<i class="treatment">excluded</i>' in html
