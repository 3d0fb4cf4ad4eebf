"""What is asked before a library folder is changed."""

import pytest
from django.urls import reverse

from dtoolkit.jobs.models import Job
from gallery.models import Image, LibraryRoot, MissingMark
from gallery.scanning.options import SUFFIXES
from tests import pictures
from tests.factories import FolderFactory, ImageFactory, LibraryRootFactory

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
EVERY = [suffix[1:] for suffix in SUFFIXES]


@pytest.fixture
def root(library_folder) -> LibraryRoot:
    return LibraryRootFactory(name="Pictures", path=str(library_folder))


@pytest.fixture
def folder(root):
    return FolderFactory(root=root, path="", image_count=2)


def url(name: str, root: LibraryRoot) -> str:
    return reverse(name, args=["default", root.pk])


def refused(response) -> str:
    """The dialog again, with the reason."""
    assert response.status_code == 200
    html = response.content.decode()
    assert html.startswith("<dialog")
    assert 'role="alert"' in html
    return html


@pytest.mark.parametrize(
    "name", ["root-options", "rename-root", "relocate-root", "missing-files", "remove-root"]
)
def test_each_question_is_a_dialog_and_a_page(client, root, name):
    dialog = client.get(url(name, root), headers=HTMX).content.decode()
    assert dialog.startswith("<dialog")
    whole = client.get(url(name, root)).content.decode()
    assert "<html" in whole
    assert '<dialog class="dialog" data-modal' not in whole
    assert f'action="{url(name, root)}"' in whole


def test_options_are_saved_and_looked_through(client, root):
    values = {
        "takes_hidden": "on",
        "extensions": ["png", "mp4"],
        "ignored": "*_preview.png\r\n\r\ntemp/\r\n",
    }
    response = client.post(url("root-options", root), values, headers=HTMX)
    assert response.status_code == 204
    root.refresh_from_db()
    assert (root.is_watched, root.takes_hidden, root.follows_links) == (False, True, False)
    assert root.extensions == ["mp4", "png"]
    assert root.ignored == ["*_preview.png", "temp/"]
    assert Job.objects.get().kind == "quick_scan"


def test_all_kinds_mean_also_those_that_come_later(client, root):
    values = {"is_watched": "on", "extensions": EVERY, "ignored": ""}
    assert client.post(url("root-options", root), values)["Location"] == "/c/default/roots/"
    root.refresh_from_db()
    assert root.extensions == []
    assert not Job.objects.exists()


def test_a_pattern_that_means_nothing_is_refused_beside_its_field(client, root):
    values = {"is_watched": "on", "extensions": ["png"], "ignored": "a" * 400}
    html = refused(client.post(url("root-options", root), values, headers=HTMX))
    assert 'id="ignored-problem"' in html
    assert "a" * 400 in html
    assert html.count(" checked") == 2
    root.refresh_from_db()
    assert root.ignored == []


@pytest.mark.parametrize("chosen", [[], ["exe"]])
def test_kinds_that_cannot_be_are_refused(client, root, chosen):
    values = {"extensions": chosen, "ignored": ""}
    html = refused(client.post(url("root-options", root), values, headers=HTMX))
    assert 'id="extensions-problem"' in html


def test_a_name_is_given_and_a_wrong_one_refused(client, root):
    response = client.post(url("rename-root", root), {"name": " Archive "}, headers=HTMX)
    assert "Pictures is called Archive now." in response["HX-Trigger"]
    html = refused(client.post(url("rename-root", root), {"name": "\x07"}, headers=HTMX))
    assert "can be printed" in html
    root.refresh_from_db()
    assert root.name == "Archive"


def test_another_place_with_the_same_files_is_taken(client, root, folder, library_folder):
    for name in ("a.png", "b.png"):
        pictures.png(library_folder / name)
        ImageFactory(folder=folder, name=name)
    moved = library_folder.rename(library_folder.parent / "moved")
    response = client.post(url("relocate-root", root), {"path": str(moved)}, headers=HTMX)
    assert response.status_code == 204
    root.refresh_from_db()
    assert root.path == str(moved)


def test_another_place_with_few_of_them_asks_and_can_be_forced(client, root, folder, tmp_path):
    ImageFactory.create_batch(3, folder=folder)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    html = refused(client.post(url("relocate-root", root), {"path": str(elsewhere)}, headers=HTMX))
    assert "0 of 3 known files" in html
    assert 'name="force"' in html
    values = {"path": str(elsewhere), "force": "1"}
    assert client.post(url("relocate-root", root), values, headers=HTMX).status_code == 204
    root.refresh_from_db()
    assert root.path == str(elsewhere)


def test_a_place_that_is_not_there_is_refused_and_stays_to_be_mended(client, root, tmp_path):
    path = str(tmp_path / "nowhere")
    html = refused(client.post(url("relocate-root", root), {"path": path}, headers=HTMX))
    assert "There is no folder" in html
    assert f'value="{path}"' in html
    assert 'name="force"' not in html


@pytest.mark.parametrize(
    ("act", "says"), [("flag", "Looking for"), ("mark", "Looking for"), ("remove", "Forgetting")]
)
def test_missing_files_are_looked_for_as_chosen(client, root, act, says):
    response = client.post(url("missing-files", root), {"act": act}, headers=HTMX)
    assert response.status_code == 204
    job = Job.objects.get()
    assert (job.kind, job.params["act"]) == ("unavailable", act)
    assert says in response["HX-Trigger"]


def test_it_says_what_forgetting_would_lose(client, root, folder):
    ImageFactory(folder=folder, is_available=False, rating=7)
    ImageFactory(folder=folder, is_available=False)
    ImageFactory(folder=folder)
    html = client.get(url("missing-files", root), headers=HTMX).content.decode()
    assert "2 images, 1 rated among them" in html
    assert "Forget those that are gone" in html


def test_marks_can_be_taken_back(client, root, folder):
    image = ImageFactory(folder=folder, is_available=False, is_for_deletion=True)
    MissingMark.objects.create(image=image)
    assert "Take these marks back" in client.get(url("missing-files", root)).content.decode()
    response = client.post(url("missing-files", root), {"act": "take_back"}, headers=HTMX)
    assert "1 mark taken back." in response["HX-Trigger"]
    assert not Image.objects.get().is_for_deletion


def test_without_script_a_refusal_is_the_page_again(client, root):
    response = client.post(url("rename-root", root), {"name": ""})
    assert response.status_code == 422
    assert "<html" in response.content.decode()


def test_an_act_that_is_none_is_refused(client, root):
    refused(client.post(url("missing-files", root), {"act": "burn"}, headers=HTMX))
    assert not Job.objects.exists()


def test_what_is_away_cannot_be_asked_for_its_files(client, root, library_folder):
    library_folder.rmdir()
    html = refused(client.post(url("missing-files", root), {"act": "flag"}, headers=HTMX))
    assert "offline" in html


def test_removal_says_how_much_is_forgotten_and_is_a_job(client, root, folder, library_folder):
    ImageFactory(folder=folder, rating=9)
    ImageFactory(folder=folder, is_favourite=True)
    html = client.get(url("remove-root", root), headers=HTMX).content.decode()
    assert "2 images, 1 rated and 1 favourite among them" in html
    assert str(library_folder) in html
    assert LibraryRoot.objects.filter(pk=root.pk).exists()
    assert client.post(url("remove-root", root), headers=HTMX).status_code == 204
    assert Job.objects.get().kind == "remove_root"
