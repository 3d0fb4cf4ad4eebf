"""Database and disk beside each other: every difference is told, none is made up, scans repair."""

import os
import shutil

import pytest
from django.core.files.storage import storages

from dtoolkit.jobs.kinds import JobCancelled
from dtoolkit.jobs.services.runner import run_inline
from gallery.media import thumbnails
from gallery.models import (
    Collection,
    Folder,
    Image,
    ImageMetadata,
    ImageResource,
    LibraryRoot,
    StageFailure,
    Treatment,
)
from gallery.scanning import moves
from gallery.scanning.opening import open_inside
from gallery.services import roots, verify
from gallery.services.verify import Kind
from tests import pictures
from tests.gallery.scanning.conftest import Progress, look, read

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(library_folder) -> LibraryRoot:
    for n, place in enumerate(("a", "a/deep", "b")):
        for m in range(3):
            pictures.a1111_png(library_folder / place / f"{m}.png", size=(9 + n, 9 + m))
    (library_folder / "b" / "0.txt").write_text("tag one, tag two")
    root = roots.add(roots.collection("default"), library_folder)
    run_inline(roots.start_scan(root), follow=True)
    return root


def found(root: LibraryRoot, **how) -> dict[Kind, list[str]]:
    report = verify.verify(root, Progress(), **how)
    assert all(each.count == len(each.examples) for each in report.found.values())
    assert bool(report.differences) == bool(set(report.found) - {Kind.FAILED, Kind.UNREAD})
    return {kind: each.examples for kind, each in report.found.items()}


def repaired(root: LibraryRoot, **how) -> dict[Kind, list[str]]:
    run_inline(verify.repair(root, verify.verify(root, Progress(), **how)), follow=True)
    return found(root, **how)


def test_after_a_scan_they_agree(root):
    report = verify.verify(root, Progress(), deep=True)
    assert (report.differences, report.files, report.folders) == (0, 9, 4)
    assert not verify.orphans().differences


def test_what_changed_on_disk_is_told_and_taken_in(root, library_folder):
    pictures.png(library_folder / "new" / "n.png", size=(30, 30))
    (library_folder / "a" / "0.png").unlink()
    pictures.png(library_folder / "a" / "1.png", size=(31, 30))
    (library_folder / "b" / "0.txt").write_text("tag three")
    shutil.rmtree(library_folder / "a" / "deep")
    assert found(root) == {
        Kind.NEW: ["new/n.png"],
        Kind.GONE: ["a/0.png", "a/deep/0.png", "a/deep/1.png", "a/deep/2.png"],
        Kind.CHANGED: ["a/1.png"],
        Kind.SIDECARS: ["b/0.png"],
        Kind.FOLDER: ["a/deep (gone, but flagged as there)"],
    }
    assert repaired(root) == {}


def test_rows_that_say_something_else_are_told_and_put_right(root):
    Image.objects.filter(folder__path="a", name="0.png").update(is_available=False)
    Folder.objects.filter(path="b").update(image_count=7)
    Folder.objects.filter(path="a/deep").update(listing_digest="1" * 32)
    other = Collection.objects.create(slug="other", name="Other")
    Image.objects.filter(folder__path="b", name="2.png").update(collection=other)
    assert found(root) == {
        Kind.HIDDEN: ["a/0.png"],
        Kind.COUNT: ["a (says 3, has 2)", "b (says 7, has 3)"],
        Kind.DIGEST: ["a/deep"],
        Kind.COLLECTION: ["b/2.png"],
    }
    assert repaired(root) == {}


def test_a_folder_flagged_as_gone_is_told(root):
    Folder.objects.filter(path="b").update(is_available=False)
    assert found(root) == {Kind.FOLDER: ["b (there, but flagged as gone)"]}
    assert repaired(root) == {}


def test_images_of_no_folder_are_told_and_removed(root):
    Folder.objects.filter(path="b").update(image_count=0)
    lost = Image.objects.get(folder__path="b", name="1.png")
    Image.objects.filter(pk=lost.pk).update(folder=10**9)
    report = verify.orphans()
    assert report.found[Kind.ORPHAN].examples == ["1.png"]
    verify.remove_orphans(report)
    assert not verify.orphans().differences
    assert not Image.objects.filter(pk=lost.pk).exists()
    assert repaired(root) == {}
    assert Image.objects.filter(folder__path="b", is_available=True).count() == 3


def test_rows_of_no_image_are_told_and_removed(root):
    image = Image.objects.get(folder__path="b", name="1.png")
    use = image.resources.first()
    ImageResource.objects.filter(pk=use.pk).update(resource=10**9)
    ImageMetadata.objects.create(image_id=10**9, packed_records=b"[]")
    report = verify.orphans()
    assert report.found[Kind.LEFTOVER].examples == [
        "gallery_imagemetadata of 1000000000",
        f"gallery_imageresource of {image.pk}",
    ]
    verify.remove_orphans(report)
    assert not verify.orphans().differences
    assert ImageMetadata.objects.count() == 9


def test_missing_thumbnails_are_told_and_made(root):
    image = Image.objects.get(folder__path="b", name="1.png")
    storages["thumbnails"].delete(thumbnails.name(image.fingerprint.hex, 384))
    assert found(root) == {Kind.THUMBNAIL: ["b/1.png"]}
    assert repaired(root) == {}
    assert thumbnails.are_made(image.fingerprint)


def test_another_content_behind_the_same_size_and_time(root, library_folder):
    file = library_folder / "b" / "1.png"
    then = file.stat()
    pictures.a1111_png(file, pictures.INFOTEXT.replace("fennec girl", "meerkat boy"), size=(11, 10))
    os.utime(file, ns=(then.st_mtime_ns, then.st_mtime_ns))
    assert file.stat().st_size == then.st_size
    assert found(root) == {}
    assert found(root, deep=True) == {Kind.CONTENT: ["b/1.png"]}
    assert repaired(root, deep=True) == {}
    assert "meerkat" in Image.objects.get(folder__path="b", name="1.png").prompt.text


def test_a_file_that_cannot_be_read_any_more_is_read_again_to_say_why(root, monkeypatch):
    def refuse(where, relative):
        if relative == "b/1.png":
            raise PermissionError(13, "Permission denied")
        return open_inside(where, relative)

    monkeypatch.setattr("gallery.services.verify.disk.open_inside", refuse)
    monkeypatch.setattr("gallery.scanning.reading.open_inside", refuse)
    assert "Permission denied" in found(root, deep=True)[Kind.CONTENT][0]
    assert set(repaired(root, deep=True)) == {Kind.FAILED}
    assert "Permission denied" in StageFailure.objects.get().reason


def test_a_move_that_nobody_decided_on_is_told(root, library_folder, monkeypatch):
    with monkeypatch.context() as killed:
        killed.setattr(moves, "settle", lambda *_, **__: 0)
        (library_folder / "b" / "1.png").rename(library_folder / "b" / "moved.png")
        look(root)
        read(root)
    assert found(root) == {Kind.MOVE: ["b/moved.png"]}
    assert repaired(root) == {}


def test_a_copy_is_no_move(root, library_folder):
    shutil.copy2(library_folder / "b" / "1.png", library_folder / "b" / "copy.png")
    look(root)
    read(root)
    assert Kind.MOVE not in found(root)


def test_failures_and_unread_files_are_told_but_are_no_difference(root, library_folder):
    (library_folder / "a" / "bad.png").write_bytes(b"")
    os.utime(library_folder / "a" / "bad.png", (1e9, 1e9))
    pictures.png(library_folder / "a" / "fresh.png", size=(40, 40))
    look(root)
    assert found(root) == {Kind.UNREAD: ["a/bad.png", "a/fresh.png"]}
    read(root)
    assert found(root) == {Kind.FAILED: ["a/bad.png (deep_scan: The file is empty.)"]}
    assert StageFailure.objects.count() == 1


def test_an_offline_root_agrees_when_it_is_known_to_be(root, library_folder):
    library_folder.rename(library_folder.parent / "away")
    assert list(found(root)) == [Kind.OFFLINE]
    assert run_inline(roots.start_scan(root)).error
    report = verify.verify(root, Progress())
    assert (report.differences, report.files) == (0, 0)
    assert "It is offline: the folder is not there." in report.note
    (library_folder.parent / "away").rename(library_folder)
    assert list(found(root)) == [Kind.OFFLINE]
    assert repaired(root) == {}


def test_excluded_and_archived_folders_are_as_they_should(root, library_folder):
    Folder.objects.filter(path="b").update(treatment=Treatment.EXCLUDE)
    Folder.objects.filter(path="a").update(treatment=Treatment.ARCHIVE_TREE)
    shutil.rmtree(library_folder / "a")
    assert found(root) == {Kind.EXCLUDED: ["b/0.png", "b/1.png", "b/2.png"]}
    look(root)
    assert found(root) == {}


@pytest.mark.parametrize("folder", ["", "b"])
def test_a_folder_that_cannot_be_read_is_told_and_nothing_called_gone(root, monkeypatch, folder):
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith(f"/{folder}"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", refuse if folder else scandir)
        expected = {Kind.UNREADABLE: ["b (Permission denied)"]} if folder else {}
        assert found(root) == expected


def test_only_the_first_examples_are_kept(root, library_folder):
    for n in range(30):
        pictures.png(library_folder / f"n{n}.png")
    report = verify.verify(root, Progress())
    assert report.found[Kind.NEW].count == 30
    assert len(report.found[Kind.NEW].examples) == 10
    assert "      …" in list(report.lines())


def test_a_person_can_stop_it(root):
    with pytest.raises(JobCancelled):
        verify.verify(root, Progress(cancel_after=0))
    assert not verify.verify(root, Progress()).differences  # the lock is free again
