"""Files converted, with what hangs on them, and undone."""

import os

import pytest
from django.db import connection
from PIL import Image as PillowImage

from dtoolkit.core.errors import BadInput
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from gallery import metadata
from gallery.backup import matching
from gallery.backup.records import ImageWords
from gallery.media import thumbnails
from gallery.metadata import writing
from gallery.models import AlbumImage, HistoryEntry, Image
from gallery.services import history, selections
from tests import pictures
from tests.gallery.filing.conftest import agrees, image, reasons, tree
from tests.gallery.scanning.conftest import look, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def convert(root, perform):
    """As a job, which is run to its end."""

    def do(*files: str, **values: str) -> HistoryEntry:
        entry = perform("convert", *files, **{"bigger": "1", **values})
        finish()
        entry.refresh_from_db()
        return entry

    return do


def finish() -> None:
    for job in Job.objects.filter(kind__in=("act-on-files", "turn-files"), state__in=Job.ACTIVE):
        assert run_inline(job).state == Job.State.DONE, job.error


def undo(entry: HistoryEntry) -> HistoryEntry:
    history.undo(entry)
    finish()
    entry.refresh_from_db()
    return entry


def test_the_image_stays_the_image_and_everything_hangs_on_it(root, perform, convert, trash):
    before = image("a/0.png")
    os.utime(before.disk_path, ns=(10**18, 10**18))
    look(root), read(root)
    before = image("a/0.png")
    perform("rate", "a/0.png", value="8")
    perform("add-tags", "a/0.png", tags="arctic")
    perform("add-to-album", "a/0.png", new_album="Foxes")
    original = before.disk_path.read_bytes()
    entry = convert("a/0.png", quality="90")
    after = image("a/0.webp")
    assert (after.pk, after.rating, after.format) == (before.pk, 8, "webp")
    assert after.tags.filter(source="person").exists()
    assert AlbumImage.objects.filter(image=after).exists()
    assert after.prompt_id == before.prompt_id and after.created_at == before.created_at
    assert after.disk_path.stat().st_mtime_ns == 10**18
    assert after.fingerprint != before.fingerprint
    assert after.thumbnail_version and thumbnails.are_made(after.fingerprint)
    names = {path.name for path in after.disk_path.parent.iterdir()}
    assert names == {"0.webp", "0.txt", "0.webp.json", "1.png", "2.png"}
    assert "1 image converted to WebP, " in entry.sentence
    assert original in tree(trash).values()
    assert agrees(root)


def test_undone_the_original_is_back_and_what_was_said_since_stays(root, perform, convert):
    before = tree(root.disk_path)
    entry = convert("a/0.png", "a/1.png")
    perform("rate", "a/0.webp", value="3")
    undo(entry)
    assert (entry.state, entry.refused_count) == ("undone", 0)
    assert tree(root.disk_path) == before
    assert image("a/0.png").rating == 3
    assert agrees(root)
    history.redo(entry)
    finish()
    assert image("a/0.webp").rating == 3
    assert agrees(root)
    undo(entry)
    assert tree(root.disk_path) == before


def test_kept_originals_get_a_copy_of_which_the_same_was_said(root, perform, convert):
    perform("rate", "a/0.png", value="8")
    perform("add-tags", "a/0.png", tags="arctic")
    perform("note", "a/0.png", note="the best one")
    perform("edit-prompt", "a/0.png", text="another fox")
    perform("add-to-album", "a/0.png", new_album="Foxes")
    before = tree(root.disk_path)
    entry = convert("a/0.png", originals="keep")
    one, two = image("a/0.png"), image("a/0.webp")
    assert one.pk != two.pk
    assert (two.rating, two.prompt_id) == (8, one.prompt_id)
    assert two.edit.note == "the best one"
    assert two.edit.recorded_prompt_id == one.edit.recorded_prompt_id
    assert AlbumImage.objects.filter(image=two).exists()
    told = [set(each.tags.values_list("tag__name", "source")) for each in (one, two)]
    assert told[0] == told[1]
    assert agrees(root)
    perform("rate", "a/0.webp", value="2")
    undo(entry)
    assert tree(root.disk_path) == before
    assert image("a/0.png").rating == 8 and not image("a/0.webp").is_available
    assert agrees(root)
    history.redo(entry)
    finish()
    assert (image("a/0.webp").pk, image("a/0.webp").rating) == (two.pk, 2)
    assert agrees(root)


def test_deleted_originals_are_asked_for_twice_and_do_not_come_back(root, perform, convert, trash):
    with pytest.raises(BadInput, match="type delete"):
        perform("convert", "a/0.png", originals="delete")
    entry = convert("a/0.png", originals="delete", word="delete")
    assert not tree(trash)
    undo(entry)
    assert reasons(entry) == ["its original was deleted for good"]
    assert image("a/0.webp").is_available
    assert agrees(root)


def test_what_is_left_as_it_is_is_told_with_the_reason(root, perform, convert):
    folder = root.disk_path / "a"
    pictures.webp(folder / "is.webp", size=(30, 30))
    (folder / "cut.png").write_bytes((folder / "2.png").read_bytes()[:-60])
    pictures.png(folder / "long.png", size=(16_384, 1))
    look(root), read(root)
    before = tree(root.disk_path)
    entry = convert("a/is.webp", "a/cut.png", "a/long.png", "a/1.png", lossless="1", bigger="")
    assert sorted(reasons(entry)) == [
        "it is 16,384 x 1 pixels; WebP holds 16,383 a side",
        "it is WebP already",
        "it would be no smaller as WebP",
        "the file ends in the middle of its picture data, so something would be lost",
    ]
    assert tree(root.disk_path) == before


def test_a_name_that_is_taken_is_numbered(root, convert):
    pictures.webp(root.disk_path / "a" / "1.webp", size=(30, 30))
    look(root), read(root)
    convert("a/1.png")
    assert image("a/1 (2).webp").is_available
    assert agrees(root)


def test_one_that_was_changed_since_is_not_undone_over(root, convert):
    entry = convert("a/1.png")
    path = image("a/1.webp").disk_path
    os.utime(path, (1, 1))
    look(root), read(root)
    undo(entry)
    assert reasons(entry) == ["it was changed since it was converted"]
    assert path.is_file()


def test_the_form_counts_and_estimates(client, root):
    ids = ",".join(str(pk) for pk in Image.objects.values_list("pk", flat=True))
    address = f"/c/{root.collection.slug}/acts/convert/"
    page = client.get(address, {"ids": ids}).content.decode()
    assert "4 of 4 files" in page and "estimate from" not in page
    page = client.get(address, {"ids": ids, "sample": "1", "bigger": "1"}).content.decode()
    assert "an estimate from 4 of them" in page
    page = client.get(address, {"ids": ids, "format": "avif", "lossless": "1"}).content.decode()
    assert "choose WebP" in page


def test_avif_too(root, convert):
    before = metadata.read(image("a/0.png").disk_path)
    convert("a/0.png", format="avif")
    after = metadata.read(image("a/0.avif").disk_path)
    assert after.understanding == before.understanding
    with PillowImage.open(image("a/0.avif").disk_path) as opened:
        assert opened.size == (20, 10)
    assert agrees(root)


def test_a_query_without_an_image_that_can_be_converted_says_so(root):
    chosen = selections.of_images(root.collection, [])
    with pytest.raises(BadInput, match="No image"):
        history.perform("convert", {}, chosen)


def test_words_in_a_file_and_backups_of_before_survive_its_conversion(root, perform, convert):
    perform("rate", "a/0.png", value="9")
    perform("note", "a/0.png", note="the best")
    perform("write-words", "a/0.png")
    with_words = image("a/0.png")
    entry = convert("a/0.png")
    after = image("a/0.webp")
    found = metadata.read(after.disk_path)
    said = writing.said(found.records).words
    assert (said.rating, said.note) == (9, "the best")
    assert found.parameters
    record = ImageWords(fingerprint=with_words.fingerprint, size=with_words.size, root="", path="x")
    with connection.cursor() as cursor:
        matches = matching.match(cursor, root.collection_id, [record])
    assert matches.images == {0: [after.pk]}
    perform("rate", "a/0.webp", value="4")
    perform("write-words", "a/0.webp")
    again = metadata.read(after.disk_path)
    assert writing.said(again.records).words.rating == 4
    assert again.parameters == found.parameters
    assert agrees(root)
    undo(entry)
    assert image("a/0.png").rating == 4
    assert agrees(root)
