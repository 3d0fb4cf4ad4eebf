"""What people said goes into the files, which stay the same pictures of the same rows."""

import errno
import os
from pathlib import Path

import pytest
from django.db import connection
from PIL import Image as Pictures

from dtoolkit.jobs.kinds import Unwatched
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from embeddings.models import ClipHVector
from gallery import metadata
from gallery.actions.into_files import WriteIntoFiles
from gallery.backup import making, matching
from gallery.backup.records import LINE, ImageWords
from gallery.media import thumbnails
from gallery.metadata import writing
from gallery.metadata.containers.source import Source
from gallery.models import FileAct, FormerContent, HistoryEntry, Image, ImageVersion
from gallery.services import history, selections
from gallery.written import checking, replacing
from tests import pictures
from tests.gallery.filing.conftest import agrees, image, reasons, tree
from tests.gallery.scanning.conftest import look, read

pytestmark = pytest.mark.django_db(transaction=True)


def say(*files: str) -> None:
    """A rating, a tag and a note of each."""
    ids = [image(file).pk for file in files]
    chosen = selections.of_images(image(files[0]).collection, ids)
    history.perform("rate", {"value": "9"}, chosen)
    history.perform("add-tags", {"tags": "a fox, red"}, chosen)
    history.perform("note", {"note": "the <best>"}, chosen)


def words_in(path: Path) -> writing.FileWords | None:
    said = writing.said(metadata.read(path).records)
    return said and said.words


def test_words_go_in_and_the_row_follows(root, library_folder, perform):
    say("a/0.png")
    file = library_folder / "a" / "0.png"
    before, moment, mode = image("a/0.png"), file.stat().st_mtime_ns, file.stat().st_mode
    told, pixels = metadata.read(file), Pictures.open(file).tobytes()
    Image.objects.filter(pk=before.pk).update(strip_of=before.fingerprint)
    vector = {"content": before.fingerprint, "model_key": "x", "vector": [0.5] * 1024}
    ClipHVector.objects.create(image=before, **vector)
    entry = perform("write-words", "a/0.png", "a/1.png")
    assert entry.sentence == "Words written into files of 1 image"
    found = words_in(file)
    assert (found.rating, found.tags, found.note) == (9, ("a fox", "red"), "the <best>")
    assert metadata.read(file).parameters == told.parameters
    with Pictures.open(file) as opened:
        assert opened.tobytes() == pixels
        described = opened.getxmp()["xmpmeta"]["RDF"]["Description"]
    assert described["Rating"] == "5"
    assert described["subject"]["Bag"]["li"] == ["a fox", "red"]
    assert (file.stat().st_mtime_ns, file.stat().st_mode) == (moment, mode)
    now = image("a/0.png")
    assert now.pk == before.pk
    assert now.fingerprint != before.fingerprint
    assert now.strip_of == now.fingerprint
    assert now.thumbnail_version == before.thumbnail_version is not None
    assert thumbnails.are_made(now.fingerprint)
    assert not thumbnails.are_made(before.fingerprint)
    assert agrees(root)
    assert str(look(root)) == "nothing changed"
    assert not ImageVersion.objects.exists()
    assert any(record["key"] == "dtk:rating" for record in now.metadata.records)
    assert ClipHVector.objects.get().content == now.fingerprint
    # A backup that was made before finds it still.
    told = ImageWords(fingerprint=before.fingerprint, size=1, root="", path="a/0.png", rating=1)
    with connection.cursor() as cursor:
        matches = matching.match(cursor, root.collection_id, [told])
    assert matches.images == {0: [now.pk]}
    # One that was made after finds the file as it was before.
    making.make(root.collection, library_folder.parent / "words.jsonl", Unwatched())
    told = [
        record
        for line in (library_folder.parent / "words.jsonl").read_bytes().splitlines()
        if isinstance(record := LINE.validate_json(line), ImageWords)
    ]
    assert told[0].formerly == [before.fingerprint]
    FormerContent.objects.all().delete()
    Image.objects.filter(pk=now.pk).update(fingerprint=before.fingerprint)
    with connection.cursor() as cursor:
        assert matching.match(cursor, root.collection_id, told).images == {0: [now.pk]}


def test_undo_brings_back_the_file_to_the_byte_and_redo_writes_again(root, library_folder, perform):
    say("a/0.png", "b/9.png")
    then = tree(library_folder)
    entry = perform("write-words", "a/0.png", "b/9.png")
    written = tree(library_folder)
    assert written != then
    history.undo(entry)
    assert tree(library_folder) == then
    assert agrees(root)
    history.redo(entry)
    assert tree(library_folder) == written
    assert agrees(root)


def test_what_a_file_says_already_is_not_written_again(root, library_folder, perform):
    (library_folder / "c" / "copy.png").write_bytes((library_folder / "a" / "0.png").read_bytes())
    look(root)
    read(root)
    say("a/0.png")
    perform("write-words", "a/0.png")
    then = tree(library_folder)
    assert perform("write-words", "a/0.png").pk is None
    assert tree(library_folder) == then
    assert not FileAct.objects.exclude(state="done").exists()
    # A copy keeps the thumbnails of the content that both had.
    assert thumbnails.are_made(image("a/0.png").fingerprint)
    assert thumbnails.are_made(image("c/copy.png").fingerprint)


def test_what_is_cleared_here_is_cleared_there(root, library_folder, perform):
    file = library_folder / "a" / "0.png"
    then = file.read_bytes()
    perform("rate", "a/0.png", value="3")
    perform("write-words", "a/0.png")
    perform("rate", "a/0.png", value="")
    perform("write-words", "a/0.png")
    assert file.read_bytes() == then
    assert agrees(root)


def test_words_that_no_file_of_a_kind_takes_lie_beside_it(root, library_folder, perform):
    Pictures.new("RGB", (30, 20), "navy").save(library_folder / "c" / "sky.bmp")
    look(root)
    read(root)
    then = tree(library_folder)
    say("c/sky.bmp")
    entry = perform("write-words", "c/sky.bmp")
    now = tree(library_folder)
    assert set(now) - set(then) == {"c/sky.bmp.xmp"}
    assert now["c/sky.bmp"] == then["c/sky.bmp"]
    assert str(look(root)) == "nothing changed"
    assert agrees(root)
    perform("rate", "c/sky.bmp", value="2")
    second = perform("write-words", "c/sky.bmp")
    assert b"<dtk:rating>2<" in (library_folder / "c" / "sky.bmp.xmp").read_bytes()
    move = perform("move", "c/sky.bmp", to=str(library_folder / "b"))
    assert (library_folder / "b" / "sky.bmp.xmp").is_file()
    history.undo(move)
    history.undo(second)
    assert tree(library_folder) == now
    history.undo(entry)
    assert tree(library_folder) == then
    assert agrees(root)


def test_a_file_that_was_written_since_is_not_turned_back(root, library_folder, perform):
    say("a/0.png")
    first = perform("write-words", "a/0.png")
    perform("rate", "a/0.png", value="1")
    perform("write-words", "a/0.png")
    then = tree(library_folder)
    history.undo(first)
    assert reasons(first) == ["it was changed since"]
    assert tree(library_folder) == then


def test_what_cannot_be_written_is_listed_and_stays(root, library_folder, perform):
    a, b = library_folder / "a", library_folder / "b"
    for n in range(3):
        pictures.png(b / f"{n}.png", size=(60 + n, 10))
    look(root)
    read(root)
    files = ("a/0.png", "a/1.png", "a/2.png", "b/0.png", "b/1.png", "b/2.png", "b/9.png")
    say(*files)
    os.link(a / "0.png", a / "other.bin")
    (a / "1.png").rename(a / "real.bin")
    (a / "1.png").symlink_to("real.bin")
    (a / "2.png").chmod(0o444)
    (b / "0.png").write_bytes(b"replaced")
    (b / "1.png").unlink()
    before = tree(library_folder)
    entry = perform("write-words", *files)
    assert entry.image_count == 2
    assert reasons(entry) == [
        replacing.LINKED,
        "it is a link, and links are left where they are",
        replacing.PROTECTED,
        "it was changed since it was scanned: scan the folder, then try again",
        "it is not there any more",
    ]
    after = tree(library_folder)
    changed = {name for name in before if before[name] != after.get(name)}
    assert (changed, set(after)) == ({"b/2.png", "b/9.png"}, set(before))


def test_a_damaged_packet_is_left_with_words(root, library_folder, perform):
    broken = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
    info = pictures.PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", broken)
    pictures.paint().save(library_folder / "c" / "odd.png", "PNG", pnginfo=info)
    os.utime(library_folder / "c" / "odd.png", (1e9, 1e9))  # what is new may be unfinished
    look(root)
    read(root)
    say("c/odd.png")
    then = tree(library_folder)
    entry = perform("write-words", "c/odd.png")
    assert reasons(entry) == ["its XMP is damaged, and is left as it is"]
    assert tree(library_folder) == then


def test_a_disk_that_fails_leaves_the_original(root, library_folder, perform, monkeypatch):
    say("a/0.png")
    then = tree(library_folder)
    copy = replacing._copy

    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "no")

    def wrong(source: Source, start: int, stop: int, target: int) -> None:
        copy(source, start, stop, target)
        if stop - start > 40:
            os.pwrite(target, b"\0", 40)

    for way, reason in ((full, "the disk is full"), (wrong, "did not read back")):
        monkeypatch.setattr(replacing, "_copy", way)
        entry = perform("write-words", "a/0.png")
        assert reason in reasons(entry)[0]
        assert tree(library_folder) == then


def test_a_file_that_changes_while_it_is_written_is_left(
    root, library_folder, perform, monkeypatch
):
    say("a/0.png")
    file = library_folder / "a" / "0.png"
    check = checking.require_same

    def meanwhile(*args):
        file.write_bytes(b"somebody else's")
        return check(*args)

    monkeypatch.setattr(checking, "require_same", meanwhile)
    entry = perform("write-words", "a/0.png")
    assert reasons(entry) == ["it was changed meanwhile"]
    assert file.read_bytes() == b"somebody else's"
    assert not [name for name in tree(library_folder) if "partial" in name]


def test_a_tag_taken_away_leaves_the_keywords_of_others_too(root, library_folder, perform):
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-'
        'rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:subject><rdf:Bag><rdf:li>cat</rdf:li><rdf:li>dog</rdf:li></rdf:Bag></dc:subject>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    file = library_folder / "c" / "told.png"
    info = pictures.PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", packet)
    pictures.paint().save(file, "PNG", pnginfo=info)
    file.with_suffix(".txt").write_text("dog, barn")
    look(root)
    read(root)
    perform("remove-tags", "c/told.png", tags="dog")
    perform("write-words", "c/told.png")
    with Pictures.open(file) as opened:
        described = opened.getxmp()["xmpmeta"]["RDF"]["Description"]
    assert described["subject"]["Bag"]["li"] == "cat"


def test_many_are_written_by_a_job(root, library_folder, perform, monkeypatch):
    monkeypatch.setattr(WriteIntoFiles, "waits_for", 1)
    say("a/0.png", "a/1.png", "a/2.png")
    entry = perform("write-words", "a/0.png", "a/1.png", "a/2.png")
    assert entry.is_under_way
    run_inline(Job.objects.get(kind="act-on-files"), follow=True)
    entry = HistoryEntry.objects.get(pk=entry.pk)
    assert entry.sentence == "Words written into files of 3 images"
    assert agrees(root)
