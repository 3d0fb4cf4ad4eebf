import pytest

from dtoolkit.core.errors import BadInput, Conflict
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from gallery.actions.tag_rows import MergeTag
from gallery.metadata import TagUse
from gallery.models import HistoryEntry, Image, ImageTag, Tag, TagAlias
from gallery.scanning.saving import tags as saving
from gallery.services import history, selections
from tests.factories import FolderFactory, ImageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def images():
    return ImageFactory.create_batch(4, folder=FolderFactory())


@pytest.fixture
def collection(images):
    return images[0].collection


def tag(name, images=(), source="sidecar", **fields):
    tag, _ = Tag.objects.get_or_create(name=name)
    for image in images:
        ImageTag.objects.create(image=image, tag=tag, source=source, **fields)
    return tag


def do(act, collection, /, **values):
    return history.perform_on(act, values, collection)


def said():
    """All that is said, in order."""
    rows = ImageTag.objects.order_by("image", "source", "tag__name")
    return list(rows.values_list("image", "source", "tag__name", "position", "is_denied"))


def saved(image, *names):
    """As a scan reads a sidecar with these tags."""
    from django.db import connection

    ImageTag.objects.filter(image=image, source="sidecar").delete()

    class Read:
        tags = tuple(TagUse(name=name) for name in names)
        caption = ""

    with connection.cursor() as cursor:
        saving.save(cursor, {image.pk: Read()})
    return set(image.tags.values_list("tag__name", flat=True))


def test_a_renamed_tag_stays_renamed_when_its_sidecar_is_read_again(collection, images):
    fox = tag("fox", images)
    entry = do("rename-tag", collection, tag=fox.pk, name="red fox")
    assert entry.sentence == "Tag fox renamed red fox"
    assert saved(images[0], "fox", "snow") == {"red fox", "snow"}
    assert saved(images[0], "fox", "red fox") == {"red fox"}
    history.undo(entry)
    assert Tag.objects.get(pk=fox.pk).name == "fox"
    assert saved(images[0], "fox") == {"fox"}
    history.redo(entry)
    assert Tag.objects.get(pk=fox.pk).name == "red fox"


def test_renaming_there_and_back_leaves_no_alias_of_itself(collection, images):
    fox = tag("fox", images)
    do("rename-tag", collection, tag=fox.pk, name="red fox")
    do("rename-tag", collection, tag=fox.pk, name="fox")
    assert list(TagAlias.objects.values_list("name", flat=True)) == ["red fox"]


def test_a_name_that_is_taken_is_a_merge(collection, images):
    fox = tag("fox", images)
    tag("red fox")
    with pytest.raises(Conflict, match="merge them instead"):
        do("rename-tag", collection, tag=fox.pk, name="red fox")


def test_a_renaming_is_not_undone_over_a_new_tag_of_the_old_name(collection, images):
    fox = tag("fox", images)
    entry = do("rename-tag", collection, tag=fox.pk, name="red fox")
    Tag.objects.create(name="fox")
    with pytest.raises(Conflict, match="called fox by now"):
        history.undo(entry)
    assert Tag.objects.get(pk=fox.pk).name == "red fox"


def test_merged_tags_are_one_and_come_apart_again_exactly(collection, images):
    fox = tag("fox", images[:3], position=2)
    red = tag("red fox", images[1:2], position=5)
    tag("fox", images[2:3], source="person", is_denied=True)
    tag("fox", images[1:2], source="wd14", confidence=0.5)
    before = said()
    entry = do("merge-tag", collection, tag=fox.pk, into="red fox")
    assert entry.sentence == "Tag fox of 3 images merged into red fox"
    assert not Tag.objects.filter(name="fox").exists()
    assert {row[2] for row in said()} == {"red fox"}
    assert ImageTag.objects.filter(image=images[1], source="sidecar").get().position == 5
    history.undo(entry)
    assert said() == before
    assert ImageTag.objects.get(source="wd14").confidence == 0.5
    history.redo(entry)
    assert not Tag.objects.filter(name="fox").exists()
    assert ImageTag.objects.filter(tag=red).count() == 5


def test_what_was_merged_stays_merged_when_it_is_said_again(collection, images):
    fox = tag("fox", images)
    tag("red fox")
    do("merge-tag", collection, tag=fox.pk, into="red fox")
    assert saved(images[0], "fox") == {"red fox"}
    chosen = selections.of_images(collection, [images[3].pk])
    history.perform("add-tags", {"tags": "fox"}, chosen)
    assert not Tag.objects.filter(name="fox").exists()


def test_a_chain_of_merges_leads_to_the_last_one(collection, images):
    a, b = tag("a", images[:1]), tag("b", images[1:2])
    tag("c")
    do("merge-tag", collection, tag=a.pk, into="b")
    do("merge-tag", collection, tag=b.pk, into="c")
    assert saved(images[0], "a", "b") == {"c"}


@pytest.mark.parametrize("into", ["", "unknown", "fox", "a, b"])
def test_a_tag_merges_into_another_one_that_is_there(collection, images, into):
    fox = tag("fox", images)
    with pytest.raises(BadInput):
        do("merge-tag", collection, tag=fox.pk, into=into)


def test_many_are_merged_by_a_job_and_undone_by_one(collection, images, monkeypatch):
    monkeypatch.setattr(MergeTag, "waits_for", 2)
    monkeypatch.setattr(MergeTag, "batch_size", 2)
    fox = tag("fox", images)
    tag("red fox", images[:1])
    before = said()
    entry = do("merge-tag", collection, tag=fox.pk, into="red fox")
    assert entry.state == "doing"
    run_inline(Job.objects.get(kind="act"))
    entry.refresh_from_db()
    assert (entry.state, entry.sentence) == ("done", "Tag fox of 4 images merged into red fox")
    assert not Tag.objects.filter(name="fox").exists()
    history.undo(entry)
    run_inline(Job.objects.get(kind="turn-act"))
    assert said() == before


def test_a_tag_is_removed_from_all_images_and_stays_away(collection, images):
    fox = tag("fox", images[:3])
    tag("fox", images[3:], source="person")
    hidden = images[2]
    Image.objects.filter(pk=hidden.pk).update(is_available=False)
    before = said()
    entry = do("clear-tag", collection, tag=fox.pk)
    assert entry.sentence == "fox removed from 4 images"
    denied = ImageTag.objects.filter(source="person", is_denied=True)
    assert denied.count() == 3
    history.undo(entry)
    assert said() == before


def test_unused_tags_are_deleted_and_come_back(collection, images):
    tag("fox", images)
    unused = [tag("owl"), tag("mouse")]
    entry = do("delete-tags", collection)
    assert entry.sentence == "2 unused tags deleted"
    assert list(Tag.objects.values_list("name", flat=True)) == ["fox"]
    history.undo(entry)
    assert Tag.objects.filter(pk__in=[each.pk for each in unused]).count() == 2
    ImageTag.objects.create(image=images[0], tag=unused[0], source="person")
    history.redo(entry)
    assert set(Tag.objects.values_list("name", flat=True)) == {"fox", "owl"}


def test_where_no_tag_is_unused_nothing_is_written_down(collection, images):
    tag("fox", images)
    assert do("delete-tags", collection).pk is None
    assert not HistoryEntry.objects.exists()
