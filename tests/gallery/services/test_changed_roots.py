"""A root that is renamed, lies elsewhere now, or leaves the library."""

import shutil
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from dtoolkit.core.errors import BadInput, Conflict
from dtoolkit.jobs.kinds import JobCancelled
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from gallery.models import Arrival, Folder, Image, ImageMetadata, ImageTag, LibraryRoot, Tag
from gallery.scanning import locking
from gallery.services import roots
from tests import pictures
from tests.gallery.scanning.beside import database_url
from tests.gallery.scanning.conftest import Progress, look, names, read, root

pytestmark = pytest.mark.django_db
__all__ = ["root"]


@pytest.fixture
def scanned(root, library_folder: Path) -> LibraryRoot:
    for n in range(12):
        pictures.a1111_png(library_folder / f"f{n % 3}" / f"{n}.png")
    look(root)
    read(root)
    Image.objects.update(rating=7)
    return root


def versions_of_rows() -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, ctid, xmin FROM gallery_image ORDER BY id")
        return cursor.fetchall()


def test_another_mount_point_is_one_edit(scanned, library_folder):
    before = versions_of_rows()
    moved = library_folder.rename(library_folder.parent / "elsewhere")
    roots.relocate(scanned, moved)
    scanned.refresh_from_db()
    assert scanned.disk_path == moved
    assert look(scanned).merged.changed == 0
    assert versions_of_rows() == before
    assert all(image.disk_path.is_file() for image in Image.objects.select_related("folder__root"))


def test_a_root_that_was_offline_is_back_at_once(scanned, library_folder):
    moved = library_folder.rename(library_folder.parent / "elsewhere")
    LibraryRoot.objects.update(offline_since="2026-01-01T00:00:00Z")
    roots.relocate(scanned, moved)
    scanned.refresh_from_db()
    assert scanned.offline_since is None


def test_a_folder_with_other_files_is_refused_unless_forced(scanned, library_folder):
    wrong = library_folder.parent / "wrong"
    shutil.copytree(library_folder / "f0", wrong / "f0")
    with pytest.raises(BadInput, match="4 of 12 known files"):
        roots.relocate(scanned, wrong)
    scanned.refresh_from_db()
    assert scanned.disk_path == library_folder
    roots.relocate(scanned, wrong, force=True)
    assert scanned.disk_path == wrong


def test_a_root_without_images_goes_anywhere(root, library_folder):
    elsewhere = library_folder.parent / "elsewhere"
    elsewhere.mkdir()
    roots.relocate(root, elsewhere)
    assert root.disk_path == elsewhere


def test_it_goes_into_no_other_root(scanned, library_folder):
    other = library_folder.parent / "other"
    (other / "sub").mkdir(parents=True)
    roots.add(scanned.collection, other)
    with pytest.raises(BadInput, match="lies inside"):
        roots.relocate(scanned, other / "sub", force=True)
    with pytest.raises(BadInput, match="contains"):
        roots.relocate(scanned, library_folder.parent, force=True)
    with pytest.raises(BadInput, match="There is no folder"):
        roots.relocate(scanned, library_folder / "nowhere")


@pytest.mark.django_db(transaction=True)
def test_while_it_is_scanned_it_stays_where_it_is(scanned, library_folder, monkeypatch):
    monkeypatch.setattr(locking, "_LOOK_S", 0.01)
    monkeypatch.setattr(locking, "_PATIENCE_S", 0.05)
    with psycopg.connect(database_url(), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [locking.LOCK_CLASS, scanned.pk])
        with pytest.raises(Conflict, match="being scanned"):
            roots.relocate(scanned, library_folder)


def test_a_name_is_for_pages(scanned):
    roots.rename(scanned, "  Bilder 2026 ")
    scanned.refresh_from_db()
    assert scanned.name == "Bilder 2026"
    for name in ("", "  ", "a\nb", "x" * 201):
        with pytest.raises(BadInput, match="A name has"):
            roots.rename(scanned, name)


def test_a_removed_root_takes_all_its_rows_and_no_file(scanned, library_folder, monkeypatch):
    monkeypatch.setattr(roots, "_BATCH", 5)
    other = library_folder.parent / "other"
    pictures.a1111_png(other / "stays.png")
    kept = roots.add(scanned.collection, other)
    look(kept)
    image = Image.objects.filter(folder__root=kept).get()
    waiting = Arrival.objects.create(image=image, waits_for=scanned)
    gone = Image.objects.filter(folder__root=scanned).first()
    ImageTag.objects.create(image=gone, tag=Tag.objects.create(name="fox"), source="person")
    assert roots.remove(scanned, Progress()) == 12
    assert names(kept) == {"stays.png"}
    assert Image.objects.count() == 1
    assert {folder.root for folder in Folder.objects.all()} == {kept}
    assert not ImageMetadata.objects.exists()
    assert not ImageTag.objects.exists()
    assert LibraryRoot.objects.get() == kept
    waiting.refresh_from_db()
    assert waiting.waits_for is None
    assert len(list(library_folder.rglob("*.png"))) == 12


def test_a_removal_that_is_stopped_goes_on_next_time(scanned, monkeypatch):
    monkeypatch.setattr(roots, "_BATCH", 5)
    with pytest.raises(JobCancelled):
        roots.remove(scanned, Progress(cancel_after=1))
    assert 0 < Image.objects.count() < 12
    roots.remove(scanned, Progress())
    assert not LibraryRoot.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_removal_is_a_job(scanned):
    job = run_inline(roots.start_removal(scanned), workers=1)
    assert (job.state, job.error) == (Job.State.DONE, "")
    assert not LibraryRoot.objects.exists()
    assert not Image.objects.exists()
