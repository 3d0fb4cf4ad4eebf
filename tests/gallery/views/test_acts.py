import json

import pytest
from django.urls import reverse

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from gallery.actions.marks import Rate
from gallery.models import Album, HistoryEntry, Image, Selection
from tests.factories import FolderFactory, ImageFactory

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def images():
    return ImageFactory.create_batch(6, folder=FolderFactory(image_count=6))


def select(client, query="", **values):
    response = client.post(reverse("select", args=["default"]) + query, values, headers=HTMX)
    assert response.status_code == 200, response.content.decode()
    return response.context["selection"], response.context["count"].value


def act(client, name, **values):
    return client.post(reverse("act", args=["default", name]), values, headers=HTMX)


def ids(images):
    return ",".join(str(image.pk) for image in images)


def test_single_images_are_selected_one_by_one(client, images):
    selection, count = select(client, op="toggle", ids=ids(images[:2]))
    assert count == 2
    selection, count = select(client, op="toggle", ids=ids(images[1:3]), token=selection.token)
    assert selection.image_ids == [images[0].pk, images[2].pk]
    assert select(client, op="clear", token=selection.token)[1] == 0


def test_a_stretch_is_selected_whichever_end_comes_first(client, images):
    page = client.get(reverse("library-page", args=["default"]))
    cursors = [tile.cursor for tile in page.context["page"].tiles]
    for start, end in ((1, 4), (4, 1)):
        selection, count = select(
            client, op="stretch", **{"from": cursors[start], "to": cursors[end]}
        )
        assert count == 4
        assert selection.image_ids == [image.pk for image in images[1:5]]


def test_a_stretch_whose_end_has_left_the_list_is_refused_in_words(client, images):
    page = client.get(reverse("library-page", args=["default"]))
    cursors = [tile.cursor for tile in page.context["page"].tiles]
    Image.objects.filter(pk=images[0].pk).delete()
    url = reverse("select", args=["default"])
    values = {"op": "stretch", "from": cursors[2], "to": cursors[5]}
    response = client.post(url, values, headers=HTMX)
    assert response.status_code == 400
    assert "Select again" in response.content.decode()


def test_a_whole_result_is_a_query_and_its_exceptions(client, images):
    Image.objects.filter(pk__in=[image.pk for image in images[:4]]).update(is_favourite=True)
    selection, count = select(client, "?favourite=1", op="all")
    assert (count, selection.image_ids, selection.params) == (4, [], {"favourite": "1"})
    selection, count = select(client, op="toggle", ids=ids(images[:1]), token=selection.token)
    assert count == 3
    act(client, "rate", selection=selection.token, value="7")
    rated = Image.objects.filter(rating=7).order_by("pk")
    assert list(rated) == images[1:4]


def test_what_came_after_a_whole_result_was_selected_is_not_meant(client, images):
    selection, _ = select(client, op="all")
    late = ImageFactory(folder=images[0].folder)
    act(client, "rate", selection=selection.token, value="7")
    late.refresh_from_db()
    assert late.rating is None
    assert Image.objects.filter(rating=7).count() == 6


def test_inverting_twice_is_nothing(client, images):
    selection, _ = select(client, op="set", ids=ids(images[:2]))
    selection, count = select(client, op="invert", token=selection.token)
    assert (selection.is_all, count) == (True, 4)
    selection, count = select(client, op="invert", token=selection.token)
    assert (selection.is_all, count) == (False, 2)


@pytest.mark.parametrize("given", ["1;2", "a", "1,,2", "-1", "1," * 10, "9" * 30, "1e3"])
def test_ids_that_are_none_are_refused(client, images, given):
    url = reverse("select", args=["default"])
    assert client.post(url, {"op": "add", "ids": given}, headers=HTMX).status_code == 400


@pytest.mark.parametrize("token", ["x", "0" * 32, "00000000-0000-0000-0000-000000000000"])
def test_a_selection_that_is_gone_says_so(client, images, token):
    response = act(client, "rate", selection=token, value="7")
    assert response.status_code == 404
    assert "Select the images again" in response.content.decode()


def test_an_act_is_told_with_undo_and_the_images_as_they_are(client, images):
    response = act(client, "rate", ids=ids(images[:2]), value="7")
    told = json.loads(response["HX-Trigger"])
    entry = HistoryEntry.objects.get()
    assert told["toast"] == {
        "text": "2 images rated 7",
        "undo_url": reverse("undo-act", args=["default", entry.pk]),
    }
    assert [state["rating"] for state in told["images:curated"]["images"]] == [7, 7]
    undone = client.post(told["toast"]["undo_url"], headers=HTMX)
    assert json.loads(undone["HX-Trigger"])["toast"]["text"] == "Undone: 2 images rated 7"


def test_what_needs_to_be_told_is_asked_in_a_form_and_again_with_the_reason(client, images):
    url = reverse("act", args=["default", "add-tags"])
    form = client.get(url, {"ids": ids(images[:2])}, headers=HTMX)
    assert "<dialog" in form.content.decode()
    refused = client.post(url, {"ids": ids(images[:2]), "tags": ","}, headers=HTMX)
    assert refused.status_code == 200  # HTMX shows nothing else in the dialog's place
    assert "Name at least one tag." in refused.content.decode()
    assert (
        client.post(url, {"ids": ids(images[:2]), "tags": "fox"}, headers=HTMX).status_code == 204
    )


def test_an_act_that_does_not_exist_is_not_found(client, images):
    assert act(client, "explode", ids=ids(images)).status_code == 404


def test_many_images_are_a_job_that_can_be_undone_as_one(client, images, monkeypatch):
    monkeypatch.setattr(Rate, "waits_for", 2)
    monkeypatch.setattr(Rate, "batch_size", 2)
    selection, _ = select(client, op="all")
    response = act(client, "rate", selection=selection.token, value="7")
    assert "library:stale" in json.loads(response["HX-Trigger"])
    select(client, op="clear", token=selection.token)  # what goes on is not changed by it
    run_inline(Job.objects.get())
    entry = HistoryEntry.objects.get()
    assert (entry.state, entry.sentence) == ("done", "6 images rated 7")
    assert Image.objects.filter(rating=7).count() == 6
    assert list(Selection.objects.values_list("token", flat=True)) == [selection.token]
    client.post(reverse("undo", args=["default"]), headers=HTMX)
    run_inline(Job.objects.get(kind="turn-act"))
    entry.refresh_from_db()
    assert entry.state == "undone"
    assert not Image.objects.filter(rating=7).exists()


def test_a_cancelled_act_stopped_half_way_and_can_be_undone(client, images, monkeypatch):
    monkeypatch.setattr(Rate, "waits_for", 2)
    selection, _ = select(client, op="all")
    act(client, "rate", selection=selection.token, value="7")
    from gallery.services import history

    entry = HistoryEntry.objects.get()
    history.run(entry, [image.pk for image in images[:3]])
    Job.objects.update(state=Job.State.CANCELLED)
    page = client.get(reverse("history", args=["default"]))
    assert "3 images rated 7" in page.content.decode()
    assert "stopped half way" in page.content.decode()
    client.post(reverse("undo-act", args=["default", entry.pk]), headers=HTMX)
    run_inline(Job.objects.get(kind="turn-act"))
    assert not Image.objects.filter(rating=7).exists()


def test_history_tells_in_plain_words_and_pages(client, images, django_assert_num_queries):
    for value in range(1, 10):
        act(client, "rate", ids=ids(images[:1]), value=str(value))
    with django_assert_num_queries(8):
        page = client.get(reverse("history", args=["default"]))
    assert "1 image rated 9" in page.content.decode()


def test_the_whole_of_what_is_for_deletion_is_asked_about_at_once(client, images):
    Image.objects.filter(pk__in=[images[0].pk, images[1].pk]).update(is_for_deletion=True)
    page = client.get(reverse("library", args=["default"]) + "?view=trash").content.decode()
    url = reverse("act", args=["default", "trash"])
    assert f'href="{url}?view=trash&amp;whole=1"' in page
    form = client.get(f"{url}?view=trash&whole=1", headers=HTMX)
    assert form.context["count"].value == 2
    token = form.context["selection"]
    assert Selection.objects.get(token=token).params == {"view": "trash"}


def test_there_may_be_nothing_to_undo(client, images):
    response = client.post(reverse("undo", args=["default"]), headers=HTMX)
    assert response.status_code == 404
    assert "nothing to undo" in response.content.decode()


def test_the_server_tells_which_of_some_images_are_chosen(client, images):
    selection, _ = select(client, op="all")
    select(client, op="remove", ids=ids(images[:2]), token=selection.token)
    url = reverse("marked", args=["default"])
    answer = client.get(url, {"token": str(selection.token), "ids": ids(images[1:4])})
    assert sorted(answer.json()["ids"]) == [image.pk for image in images[2:4]]


def test_an_album_is_made_by_its_name_and_found_again_however_it_is_written(client, images):
    act(client, "add-to-album", ids=ids(images[:1]), new_album="Winter")
    act(client, "add-to-album", ids=ids(images[1:2]), new_album="winter ")
    album = Album.objects.get()
    assert (album.name, album.entries.count()) == ("Winter", 2)


def test_a_preview_shows_what_would_come_of_it_and_changes_nothing(client, images):
    chosen = ids(images[:2])
    values = {"prompt_how": "set", "prompt_text": "a fox", "rating": "8"}
    said = act(client, "edit-details", ids=chosen, preview="1", **values)
    assert said.status_code == 200
    assert "2 images change" in said.content.decode()
    assert not HistoryEntry.objects.exists() and not Image.objects.exclude(rating=None).exists()
    said = act(client, "edit-details", ids=chosen, preview="1", prompt_how="replace")
    assert "Say what to search for" in said.content.decode()
    assert act(client, "edit-details", ids=chosen, **values).status_code == 204
    assert Image.objects.filter(rating=8).count() == 2


def test_a_pattern_that_is_picked_is_filled_in_and_moves_nothing(client, images):
    said = act(client, "reorganise", ids=ids(images), pattern="x", take="{seed}/{name}")
    assert said.context["preview"].pattern == "{seed}/{name}"
    assert not HistoryEntry.objects.exists()
