"""Forms and answers of what is done to files, as pages hear them."""

import json
import zipfile

import pytest
from django.urls import reverse

from dtoolkit.jobs.models import Job
from gallery.filing import desktop
from gallery.models import Image
from tests.gallery.filing.conftest import image, perform, root, trash  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HX-Request": "true"}


def address(name):
    return reverse("act", args=["default", name])


def post(client, name, **values):
    return client.post(address(name), values, headers=HTMX)


def form(client, name, headers=HTMX, **values):
    return client.get(address(name), values, headers=headers).content.decode()


def test_a_folder_is_picked_step_by_step(client, root, library_folder):  # noqa: F811
    pk = image("a/0.png").pk
    assert f'value="{library_folder}"' in form(client, "move", ids=pk)
    inside = form(client, "move", ids=pk, at=library_folder)
    assert [f'value="{library_folder}/{name}"' in inside for name in "abc"] == [True] * 3
    deeper = form(client, "move", ids=pk, at=library_folder / "c", to="whatever")
    assert f'name="to" value="{library_folder}/c"' in deeper


def test_a_folder_that_tiles_were_dragged_onto_is_filled_in(client, root, library_folder):  # noqa: F811
    folder = image("b/9.png").folder_id
    page = form(client, "move", ids=image("a/0.png").pk, folder=folder)
    assert f'name="to" value="{library_folder}/b"' in page


def test_it_works_as_a_page_without_script(client, root, library_folder):  # noqa: F811
    pk = image("a/0.png").pk
    assert "<html" in form(client, "move", headers={}, ids=pk)
    done = client.post(address("move"), {"ids": pk, "to": str(library_folder / "c")})
    assert done.status_code == 302
    assert (library_folder / "c" / "0.png").is_file()


def test_moving_is_told_with_undo_and_the_tree_hears_of_it(client, root, library_folder):  # noqa: F811
    pk = image("a/0.png").pk
    response = post(client, "move", ids=pk, to=library_folder / "c")
    told = json.loads(response["HX-Trigger"])
    assert told["toast"]["text"] == "Moved to library/c"
    assert {"tree:changed", "library:stale", "act:done"} <= told.keys()
    undone = client.post(told["toast"]["undo_url"], headers=HTMX)
    assert json.loads(undone["HX-Trigger"])["toast"]["text"].startswith("Undone")
    assert (library_folder / "a" / "0.png").is_file()


def test_what_is_refused_is_told_and_listed_in_history(client, root, library_folder):  # noqa: F811
    response = post(client, "move", ids=image("a/0.png").pk, to=library_folder / "a")
    toast = json.loads(response["HX-Trigger"])["toast"]
    assert toast == {"text": "Nothing was changed: it is there already", "is_bad": True}
    page = client.get(reverse("history", args=["default"])).content.decode()
    assert "it is there already" in page
    assert 'action="/c/default/history/' not in page


def test_a_bad_folder_comes_back_with_the_form(client, root):  # noqa: F811
    response = post(client, "move", ids=image("a/0.png").pk, to="/nowhere")
    assert response.status_code != 204
    assert "no folder of the library" in response.content.decode()


def test_names_are_shown_before_they_are_given(client, root):  # noqa: F811
    ids = ",".join(str(image(f"a/{n}.png").pk) for n in range(3))
    page = form(client, "rename", ids=ids, pattern="fox {n}")
    assert "fox 1.png" in page
    assert "would meet" not in page
    assert "3 of 3 would meet" in form(client, "rename", ids=ids, pattern="fox")
    assert "means nothing here" in form(client, "rename", ids=ids, pattern="{x}")


def test_throwing_away_asks_with_count_and_size(client, root):  # noqa: F811
    page = form(client, "trash", ids=image("a/0.png").pk)
    assert "1 file</b>" in page
    assert "1 of them with sidecars" in page


def test_export_leads_to_the_archive(client, root):  # noqa: F811
    response = post(client, "export", ids=image("a/0.png").pk, sidecars="1")
    archive = client.get(response["HX-Redirect"])
    data = archive.getvalue()
    import io

    assert zipfile.ZipFile(io.BytesIO(data)).namelist() == ["0.png", "0.png.json", "0.txt"]


def test_reading_again_is_a_job(client, root):  # noqa: F811
    response = post(client, "rescan", ids=image("a/0.png").pk)
    assert "Reading 1 image again" in json.loads(response["HX-Trigger"])["toast"]["text"]
    assert Image.objects.filter(read_version=None).count() == 1
    assert Job.objects.filter(kind="deep_scan", state="queued").exists()


def test_a_folder_opens_for_people_at_this_machine_only(client, root, monkeypatch, settings):  # noqa: F811
    shown = []
    monkeypatch.setattr(desktop, "is_there", lambda: True)
    monkeypatch.setattr(desktop, "show", shown.append)
    pk = image("a/0.png").pk
    assert str(root.disk_path / "a") in form(client, "open-folder", ids=pk)
    settings.IS_LOOPBACK = True
    post(client, "open-folder", ids=pk)
    assert shown == [(root.disk_path / "a" / "0.png").resolve()]
    away = client.post(
        address("open-folder"), {"ids": pk}, headers={**HTMX, "X-Forwarded-For": "10.0.0.1"}
    )
    assert away.status_code != 204
    assert len(shown) == 1


def test_where_there_is_no_desktop_the_path_is_told(client, root, monkeypatch):  # noqa: F811
    monkeypatch.setattr(desktop, "is_there", lambda: False)
    response = post(client, "open-folder", ids=image("a/0.png").pk)
    assert "There is no desktop here" in response.content.decode()


def test_variants_are_links(client, root):  # noqa: F811
    one = image("a/0.png")
    page = form(client, "variants", ids=one.pk)
    assert f"?prompt={one.prompt_id}" in page
    assert "?q=seed%3A" in page
    assert "Choose one image" in form(client, "variants", ids=f"{one.pk},{image('a/1.png').pk}")
