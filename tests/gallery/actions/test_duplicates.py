"""Deciding about duplicates: nothing that was said is lost, and all of it comes back."""

import uuid
from datetime import UTC, datetime

import pytest

from dtoolkit.core.errors import BadInput, Conflict, NotFound
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
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
from gallery.services import history
from tests.factories import FolderFactory, ImageFactory, PromptFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def images():
    folder = FolderFactory()
    return [ImageFactory(folder=folder, name=f"{name}.png", prompt=None) for name in "abc"]


def grouped(images: list[Image], channel: str = "copies", **fields) -> DuplicateGroup:
    group = DuplicateGroup.objects.create(
        collection=images[0].collection, channel=channel, distance=0, keeper=images[0], **fields
    )
    DuplicateMember.objects.bulk_create(
        DuplicateMember(group=group, image=image, distance=0) for image in images
    )
    return group


def decide(name: str, group: DuplicateGroup, **values) -> HistoryEntry:
    return history.perform_on(name, {"group": group.pk, **values}, group.collection)


def merge(group: DuplicateGroup, keeper: Image) -> HistoryEntry:
    return decide("merge-duplicates", group, keeper=keeper.pk)


def state_of_all() -> list[object]:
    """Everything that a person said."""
    marks = ("pk", "rating", "is_favourite", "is_nsfw", "is_for_deletion", "prompt")
    return [
        list(Image.objects.order_by("pk").values_list(*marks)),
        list(ImageTag.objects.order_by("pk").values_list("image", "tag__name", "is_denied")),
        list(AlbumImage.objects.order_by("album", "position").values_list("album", "image")),
        list(ImageEdit.objects.order_by("pk").values_list("image", "note", "has_prompt")),
        list(DuplicateGroup.objects.order_by("pk").values_list("pk", "state")),
    ]


SAID = datetime(2001, 2, 3, tzinfo=UTC)


def tags_of(image: Image) -> set[tuple[str, bool]]:
    rows = ImageTag.objects.filter(image=image, source="person")
    return set(rows.values_list("tag__name", "is_denied"))


@pytest.fixture
def said(images):
    """Of each image something else."""
    a, b, c = images
    Image.objects.filter(pk=a.pk).update(rating=4)
    Image.objects.filter(pk=b.pk).update(rating=9, is_favourite=True)
    Image.objects.filter(pk=c.pk).update(rating=6, is_nsfw=True, prompt=PromptFactory(text="mine"))
    for name, image, source, is_denied in (
        ("fox", b, "person", False),
        ("snow", c, "sidecar", False),
        ("robot", c, "wd14", False),
        ("cat", a, "person", True),
        ("cat", b, "person", False),
        ("dog", b, "person", True),
    ):
        tag, _ = Tag.objects.get_or_create(name=name)
        ImageTag.objects.create(image=image, tag=tag, source=source, is_denied=is_denied)
    tag = Tag.objects.get(name="dog")
    ImageTag.objects.create(image=a, tag=tag, source="wd14")
    for name, held in (("Winter", [b, c]), ("Best", [a, b])):
        album = Album.objects.create(collection=a.collection, name=name)
        for position, image in enumerate(held):
            AlbumImage.objects.create(album=album, image=image, position=position)
    ImageEdit.objects.create(image=a, note="kept")
    ImageEdit.objects.create(image=b, note="of b")
    ImageEdit.objects.create(
        image=c, note="kept", has_prompt=True, has_date=True, recorded_created_at=c.created_at
    )
    Image.objects.filter(pk=c.pk).update(created_at=SAID)
    return images


def test_all_that_was_said_goes_into_the_keeper(said):
    a, b, c = said
    entry = merge(grouped(said), a)
    for image in said:
        image.refresh_from_db()
    assert (a.rating, a.is_favourite, a.is_nsfw, a.is_for_deletion) == (9, True, True, False)
    assert b.is_for_deletion and c.is_for_deletion
    assert tags_of(a) == {("fox", False), ("snow", False), ("cat", True), ("dog", True)}
    assert set(a.albums.values_list("album__name", flat=True)) == {"Winter", "Best"}
    assert a.edit.note == "kept\n\nof b"
    assert a.prompt.text == "mine" and a.edit.has_prompt
    assert a.created_at == SAID and a.edit.has_date
    assert entry.sentence == "2 duplicates merged into a.png"
    assert entry.image_count == 3


def test_merging_is_one_act_that_is_undone_and_done_again(said):
    group = grouped(said)
    before = state_of_all()
    entry = merge(group, said[0])
    after = state_of_all()
    assert before != after
    assert history.latest_to_undo(group.collection) == entry
    undone = history.undo(entry)
    assert (state_of_all(), undone.refused_count) == (before, 0)
    history.redo(undone)
    assert state_of_all() == after


def test_undo_leaves_what_was_said_since(said):
    a = said[0]
    entry = merge(grouped(said), a)
    Image.objects.filter(pk=a.pk).update(rating=2)
    undone = history.undo(entry)
    a.refresh_from_db()
    assert a.rating == 2 and not a.is_favourite
    assert undone.refused == [[a.pk, "was changed since"]]


def test_a_keeper_keeps_what_is_better(images):
    a, b, _ = images
    Image.objects.filter(pk=a.pk).update(rating=9)
    Image.objects.filter(pk=b.pk).update(rating=3)
    entry = merge(grouped(images), a)
    a.refresh_from_db()
    assert a.rating == 9
    assert {part.before.get("act") for part in entry.parts.all()} == {"deletion", None}


def test_only_those_that_are_still_there_take_part(images):
    a, b, c = images
    Image.objects.filter(pk=c.pk).update(is_available=False, rating=9)
    merge(grouped(images), b)
    a.refresh_from_db()
    b.refresh_from_db()
    c.refresh_from_db()
    assert (a.is_for_deletion, b.rating, c.is_for_deletion) == (True, None, False)


def test_what_is_gone_cannot_be_kept_or_merged(images):
    a, b, c = images
    group = grouped(images)
    c.delete()
    with pytest.raises(BadInput, match="Choose which one"):
        merge(group, c)
    Image.objects.filter(pk=b.pk).update(is_for_deletion=True)
    with pytest.raises(Conflict, match="nothing to merge"):
        merge(group, a)
    assert not HistoryEntry.objects.exists()


def test_a_group_is_decided_once(images):
    group = grouped(images)
    merge(group, images[0])
    with pytest.raises(Conflict, match="decided already"):
        decide("dismiss-duplicates", group)
    group.delete()
    with pytest.raises(NotFound, match="gone"):
        decide("dismiss-duplicates", group)


def test_not_duplicates_closes_what_holds_none_but_these(images):
    group = grouped(images)
    grouped(images[:2], "near")
    grouped([*images[:2], ImageFactory(folder=images[0].folder)], "near")
    entry = decide("dismiss-duplicates", group)
    assert entry.sentence == "3 images said to be no duplicates"

    def states():
        return list(DuplicateGroup.objects.order_by("pk").values_list("state", flat=True))

    assert states() == ["dismissed", "dismissed", "open"]
    history.undo(entry)
    assert states() == ["open", "open", "open"]
    history.redo(entry)
    assert states() == ["dismissed", "dismissed", "open"]


def pairs(many: int) -> list[DuplicateGroup]:
    folder = FolderFactory()
    found = []
    for _ in range(many):
        same = uuid.uuid4()
        found.append(grouped([ImageFactory(folder=folder, fingerprint=same) for _ in range(2)]))
    return found


@pytest.mark.parametrize("many", [3, 25])
def test_all_suggestions_are_taken_at_once_or_as_a_job_and_undone(many):
    found = pairs(many)
    other = grouped([ImageFactory(folder=FolderFactory()) for _ in range(2)], "near")
    collection = found[0].collection
    history.perform_on("take-suggestions", {}, collection)
    for job in Job.objects.filter(state__in=Job.ACTIVE):
        run_inline(job)
    entry = HistoryEntry.objects.get()
    assert (entry.state, entry.image_count) == ("done", many)
    assert Image.objects.for_deletion().count() == many
    assert not Image.objects.for_deletion().filter(pk__in=[g.keeper_id for g in found]).exists()
    other.refresh_from_db()
    assert other.state == "open"
    history.undo(entry)
    for job in Job.objects.filter(state__in=Job.ACTIVE):
        run_inline(job)
    assert not Image.objects.for_deletion().exists()
    assert DuplicateGroup.objects.filter(state="open").count() == many + 1


def test_a_chunk_that_runs_twice_takes_suggestions_once():
    found = pairs(2)
    entry = history.perform_on("take-suggestions", {}, found[0].collection)
    history.run(entry, [group.keeper_id for group in found])
    entry.refresh_from_db()
    assert entry.image_count == 2
