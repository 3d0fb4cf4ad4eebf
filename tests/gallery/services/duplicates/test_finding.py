"""What each channel finds, and that what a person decided outlives the next look."""

import uuid

import pytest

from dtoolkit.core.errors import BadInput
from dtoolkit.jobs.kinds import JobCancelled
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from gallery.duplicates import channels, near
from gallery.models import AlbumImage, DuplicateGroup, Image
from gallery.scanning.removing import remove_images
from gallery.services import history
from gallery.services.duplicates import finding
from tests.factories import FolderFactory, ImageFactory
from tests.gallery.scanning.conftest import Progress
from tests.gallery.services.duplicates.conftest import FOX, groups

pytestmark = pytest.mark.django_db

OTHER = 0x0123_4567_89AB_CDEF


def decide(name: str, **values) -> None:
    group = DuplicateGroup.objects.filter(state="open").latest("pk")
    history.perform_on(name, {"group": group.pk, **values}, group.collection)


def test_copies_have_one_fingerprint(add, look):
    same = uuid.uuid4()
    add("a.png", fingerprint=same)
    add("b.png", fingerprint=same)
    add("c.png")
    add("gone.png", fingerprint=same, is_available=False)
    add("thrown.png", fingerprint=same, is_for_deletion=True)
    add("unread.png", fingerprint=None)
    assert look("copies", 0) == [["a.png", "b.png"]]


def test_copies_are_confirmed_by_their_bytes(folder, add, look, tmp_path):
    folder.root.path = str(tmp_path)
    folder.root.save()
    folder.path = ""
    folder.save()
    same = uuid.uuid4()
    texts = {"a.png": "x" * 9, "b.png": "x" * 9, "c.png": "y" * 9, "d.png": "y" * 9, "e.png": "z"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
        add(name, fingerprint=same)
    add("vanished.png", fingerprint=same)
    assert look("copies", 0) == [[*texts, "vanished.png"]]
    assert look("copies", 0, is_confirmed=True) == [["a.png", "b.png"], ["c.png", "d.png"]]
    assert DuplicateGroup.objects.filter(is_confirmed=True).count() == 2
    job = finding.start(folder.root.collection, channels.get("copies"), is_confirmed=True)
    run_inline(job)
    job.refresh_from_db()
    assert (job.failed, job.message) == (1, "2 groups found; 1 could not be read")


def test_near_ones_differ_in_few_bits(add, look):
    add("a.png")
    add("b.png", 6)
    add("c.png", 7)
    add("else.png", of=OTHER)
    assert look(limit=6) == [["a.png", "b.png"]]
    assert look(limit=7) == [["a.png", "b.png", "c.png"]]
    assert DuplicateGroup.objects.get().distance == 7
    assert look(limit=0) == []


def test_a_hash_in_the_upper_half_is_a_hash_too(add, look):
    add("a.png", phash=-1)
    add("b.png", phash=-2)
    add("c.png", phash=1)
    assert look(limit=2) == [["a.png", "b.png"]]


def test_pictures_of_one_colour_are_no_duplicates(add, look):
    plain = near.plain().tolist()
    for number in range(4):
        add(f"black-{number}.png", phash=plain[number % len(plain)])
    assert look(limit=12) == []


def test_copies_take_part_once_where_looks_are_compared(add, look):
    same = uuid.uuid4()
    add("a.png", fingerprint=same)
    add("b.png", fingerprint=same)
    add("c.png", 2)
    assert look() == [["a.png", "c.png"]]


def test_other_collections_are_not_looked_at(add, look):
    add("a.png")
    elsewhere = FolderFactory(root__collection__slug="other")
    ImageFactory(folder=elsewhere, phash=FOX - (1 << 63))
    assert look() == []


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"rating": 3}, {"width": 4096, "height": 4096}),
        ({"rating": 8}, {"rating": 7, "is_favourite": True}),
        ({"is_favourite": True}, {"width": 4096}),
        ({"width": 2048}, {"generator": "comfyui"}),
        ({"generator": "comfyui", "format": "jpeg"}, {"format": "png"}),
        ({"format": "png"}, {"format": "jpeg"}),
        ({}, {}),
    ],
)
def test_who_is_to_be_kept(add, look, better, worse):
    first, last = add("first.png", **better), add("last.png", **worse)
    assert look() == [["first.png", "last.png"]]
    assert DuplicateGroup.objects.get().keeper == first
    swapped = {key: worse.get(key, Image._meta.get_field(key).get_default()) for key in better}
    Image.objects.filter(pk=last.pk).update(**{**worse, **better})
    Image.objects.filter(pk=first.pk).update(**{**swapped, "rating": worse.get("rating")})
    if better:
        look()
        assert DuplicateGroup.objects.get().keeper == last


def test_an_album_is_said_too(add, look, folder):
    add("first.png")
    held = add("held.png")
    album = folder.root.collection.albums.create(name="Best")
    AlbumImage.objects.create(album=album, image=held, position=1)
    look()
    assert DuplicateGroup.objects.get().keeper == held


def test_a_group_that_is_found_again_keeps_its_place(add, look):
    add("a.png")
    add("b.png")
    look()
    first = DuplicateGroup.objects.get()
    add("c.png", of=OTHER)
    add("d.png", of=OTHER)
    look()
    assert DuplicateGroup.objects.earliest("pk") == first
    Image.objects.filter(name="b.png").update(is_for_deletion=True)
    assert look() == [["c.png", "d.png"]]


def test_not_duplicates_stays_so_and_only_what_is_new_comes_back(add, look):
    add("a.png")
    add("b.png")
    look()
    decide("dismiss-duplicates")
    assert look() == []
    assert look(limit=12) == []
    add("new.png", 1)
    assert look() == [["a.png", "new.png"]]
    decide("dismiss-duplicates")
    assert look() == [["b.png", "new.png"]], "that was not said of these two"
    decide("dismiss-duplicates")
    assert look() == []


def test_of_copies_too_only_what_is_new_comes_back(add, look):
    same = uuid.uuid4()
    add("a.png", fingerprint=same)
    add("b.png", fingerprint=same)
    look("copies", 0)
    decide("dismiss-duplicates")
    add("new.png", fingerprint=same)
    assert look("copies", 0) == [["a.png", "new.png"]]
    decide("dismiss-duplicates")
    assert look("copies", 0) == [["b.png", "new.png"]]


def test_not_duplicates_holds_for_every_channel(add, look):
    same = uuid.uuid4()
    add("a.png", fingerprint=same)
    add("b.png", fingerprint=same)
    look("copies", 0)
    decide("dismiss-duplicates")
    Image.objects.filter(name="b.png").update(fingerprint=uuid.uuid4())
    assert look() == []


def test_what_was_merged_does_not_come_back(add, look):
    first = add("a.png")
    add("b.png")
    look()
    decide("merge-duplicates", keeper=first.pk)
    assert look() == []
    assert groups("near", "decided") == [["a.png", "b.png"]]


def test_a_file_that_went_meanwhile_is_in_no_group(add, look, monkeypatch):
    add("a.png")
    gone = add("b.png")
    add("c.png", of=OTHER)
    add("d.png", of=OTHER)
    store = finding._store

    def later(*args):
        from django.db import connection

        with connection.cursor() as cursor:
            remove_images(cursor, [gone.pk])
        return store(*args)

    monkeypatch.setattr(finding, "_store", later)
    assert look() == [["c.png", "d.png"]]


@pytest.mark.parametrize("act", ["dismiss-duplicates", "merge-duplicates"])
def test_what_is_decided_while_it_looks_counts(add, look, monkeypatch, act):
    first = add("a.png")
    add("b.png")
    look()
    store = finding._store

    def later(*args):
        decide(act, keeper=first.pk)
        return store(*args)

    with monkeypatch.context() as patched:
        patched.setattr(finding, "_store", later)
        look()
    assert not DuplicateGroup.objects.filter(state="open").reviewable().exists()
    assert DuplicateGroup.objects.exclude(state="open").count() == 1
    assert look() == []


def test_a_kill_leaves_what_was_there(add, look, monkeypatch):
    add("a.png")
    add("b.png")
    look()
    add("c.png", of=OTHER)
    add("d.png", of=OTHER)

    def die(groups):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(finding, "_insert", die)
        look()
    assert groups("near") == [["a.png", "b.png"]]
    assert look() == [["a.png", "b.png"], ["c.png", "d.png"]]


def test_it_stops_when_it_is_cancelled(add, folder):
    add("a.png")
    add("b.png")
    progress = Progress(cancel_after=0)
    with pytest.raises(JobCancelled):
        finding.find(folder.root.collection, channels.get("near"), 6, progress)
    assert not DuplicateGroup.objects.exists()


def test_a_job_says_what_it_did(add, folder):
    add("a.png")
    add("b.png")
    collection = folder.root.collection
    assert not finding.was_looked(collection)
    job = finding.start(collection, channels.get("near"), "4")
    assert finding.jobs_of(collection) == [job]
    run_inline(job)
    job.refresh_from_db()
    assert (job.state, job.done, job.message) == (Job.State.DONE, 2, "1 group found")
    assert job.description == "Looking for duplicates: nearly the same"
    assert finding.was_looked(collection)


@pytest.mark.parametrize("limit", ["13", "-1", "nan", "many"])
def test_a_limit_is_within_bounds(folder, limit):
    with pytest.raises(BadInput, match="from 0 to 12"):
        finding.start(folder.root.collection, channels.get("near"), limit)
