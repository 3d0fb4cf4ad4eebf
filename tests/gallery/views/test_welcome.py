import json
import os

import pytest
from django.urls import reverse

from dtoolkit.jobs.models import Job
from gallery.models import LibraryRoot
from tests import pictures
from tests.factories import LibraryRootFactory

pytestmark = pytest.mark.django_db

ADD = "/c/default/roots/add/"


def picker(client, path) -> str:
    return client.get(reverse("folder-picker"), {"path": str(path)}).content.decode()


def test_the_first_run_asks_for_one_folder_and_offers_the_demo(client):
    content = client.get(reverse("welcome")).content.decode()
    assert "Where are your pictures?" in content
    assert "Look at a demo" in content


def test_later_it_asks_for_another_folder(client):
    LibraryRootFactory()
    content = client.get(reverse("welcome")).content.decode()
    assert "Add another folder." in content
    assert "Look at a demo" not in content


def test_the_picker_shows_folders_but_neither_files_nor_hidden_ones(client, library_folder):
    (library_folder / "portraits").mkdir()
    (library_folder / ".secret").mkdir()
    (library_folder / "notes.txt").write_text("private")
    content = picker(client, library_folder)
    assert "portraits" in content
    assert "secret" not in content
    assert "notes" not in content


def test_the_picker_counts_the_pictures_right_here(client, library_folder):
    for name in ("one.png", "two.PNG"):
        pictures.png(library_folder / name)
    assert "2 pictures right here" in picker(client, library_folder)


def test_the_picker_leads_up(client, library_folder):
    assert f'value="{library_folder.parent}"' in picker(client, library_folder)


def test_folder_names_are_text_whatever_they_hold(client, library_folder):
    (library_folder / "<img src=x>").mkdir()
    content = picker(client, library_folder)
    assert "<img" not in content
    assert "&lt;img src=x&gt;" in content


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_folder_whose_name_is_not_text_can_be_opened_and_added(client, library_folder):
    odd = library_folder / os.fsdecode(b"caf\xe9")
    odd.mkdir()
    (odd / "deeper").mkdir()
    listed = client.get(reverse("folder-picker"), {"path": str(library_folder)})
    ((_, stored),) = listed.context["listing"].children
    assert "deeper" in picker(client, stored)
    assert client.post(ADD, {"path": stored}).status_code == 302
    assert LibraryRoot.objects.get().disk_path == odd


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/nowhere/at/all", "There is no folder /nowhere/at/all on this machine."),
        ("pictures", "Type the whole path"),
        ("a\0b", "NUL"),
        ("~nobody-of-this-name/x", "no such person"),
    ],
)
def test_a_path_that_leads_nowhere_is_answered_in_words(client, path, words):
    content = picker(client, path)
    assert words in content


def test_the_demo_starts_with_a_post_only(client):
    assert client.get(reverse("make-demo")).status_code == 405


def test_the_demo_is_painted_by_a_job_while_one_looks(client, settings, tmp_path):
    settings.ENV = settings.ENV.model_copy(update={"data_dir": tmp_path / "data"})
    response = client.post(reverse("make-demo"))
    assert response.headers["Location"] == "/c/default/"
    assert Job.objects.get().kind == "demo"


def test_a_folder_is_added_and_its_scan_begins(client, library_folder):
    response = client.post(ADD, {"path": str(library_folder)})
    assert response.headers["Location"] == "/c/default/"
    root = LibraryRoot.objects.get()
    assert root.disk_path == library_folder
    assert Job.objects.get().params["root_id"] == root.pk


def test_a_folder_that_does_not_exist_is_refused_beside_what_was_typed(client):
    response = client.post(ADD, {"path": "/nowhere/at/all"})
    content = response.content.decode()
    assert response.status_code == 400
    assert 'role="alert"' in content
    assert 'value="/nowhere/at/all"' in content
    assert not LibraryRoot.objects.exists()


def test_a_folder_inside_another_one_is_refused(client, library_folder):
    inner = library_folder / "inner"
    inner.mkdir()
    client.post(ADD, {"path": str(library_folder)})
    response = client.post(ADD, {"path": str(inner)})
    assert b"in the library already" in response.content
    assert LibraryRoot.objects.count() == 1


def test_the_disk_is_not_shown_beyond_this_machine(client, settings):
    settings.IS_LOOPBACK = False
    response = client.get(reverse("folder-picker"), {"path": "/"})
    assert response.status_code in {302, 403}
    assert b"picker" not in response.content


def test_those_with_an_account_may_look(client, settings, admin_user, library_folder):
    (library_folder / "portraits").mkdir()
    settings.IS_LOOPBACK = False
    client.force_login(admin_user)
    assert "portraits" in picker(client, library_folder)


def test_a_person_can_ask_for_another_look(client):
    root = LibraryRootFactory()
    response = client.post(reverse("scan", args=["default"]))
    assert response.headers["Location"] == "/c/default/"
    assert Job.objects.get().params["root_id"] == root.pk


def test_scan_now_starts_a_scan_of_every_root_without_leaving_the_page(client):
    roots = [LibraryRootFactory(), LibraryRootFactory()]
    url = reverse("scan", args=["default"])
    response = client.post(url, headers={"HX-Request": "true"})
    assert response.status_code == 204
    assert set(json.loads(response.headers["HX-Trigger"])) == {"toast", "jobs:changed"}
    assert {job.params["root_id"] for job in Job.objects.all()} == {root.pk for root in roots}


def test_the_way_to_the_first_account_is_shown_until_there_is_one(client, django_user_model):
    link = reverse("make-account")
    assert link in client.get(reverse("welcome")).content.decode()
    django_user_model.objects.create_user("ann")
    assert link not in client.get(reverse("welcome")).content.decode()
