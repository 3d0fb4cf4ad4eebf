"""Missing is not deleted: what is gone is flagged, marked or removed as a person chose."""

import os
import shutil

import pytest

from dtoolkit.jobs.kinds import JobCancelled
from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from gallery.models import Folder, Image, LibraryRoot, MissingMark, Treatment
from gallery.scanning.reachability import RootOffline
from gallery.services import history, roots, selections, unavailable
from gallery.services.unavailable import Act
from tests import pictures
from tests.gallery.scanning.conftest import Progress, look, names

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(library_folder) -> LibraryRoot:
    for n in range(3):
        pictures.png(library_folder / "a" / f"{n}.png", size=(9 + n, 9))
        pictures.png(library_folder / "b" / f"{n}.png", size=(9 + n, 8))
    root = roots.add(roots.collection("default"), library_folder)
    look(root)
    return root


def run(root: LibraryRoot, act: Act, **how) -> Job:
    job = run_inline(unavailable.start(root, act, **how))
    assert job.state == Job.State.DONE, job.error
    return job


def test_what_is_gone_is_only_flagged(root, library_folder):
    (library_folder / "a" / "1.png").unlink()
    shutil.rmtree(library_folder / "b")
    job = run(root, Act.FLAG)
    assert names(root, is_available=False) == {"a/1.png", "b/0.png", "b/1.png", "b/2.png"}
    assert (job.total, job.message) == (6, "4 are gone")
    assert not Image.objects.filter(is_for_deletion=True).exists()
    assert dict(Folder.objects.values_list("path", "image_count")) == {"": 0, "a": 2, "b": 0}


def test_a_later_sighting_restores(root, library_folder):
    file = library_folder / "a" / "1.png"
    aside = file.rename(library_folder.parent / "aside.png")
    run(root, Act.MARK)
    assert names(root, is_for_deletion=True) == {"a/1.png"}
    aside.rename(file)
    run_inline(roots.start_scan(root))
    assert names(root, is_available=False) == set()
    assert names(root, is_for_deletion=True) == set()
    assert Folder.objects.get(path="a").image_count == 3


def test_marks_can_be_taken_back_and_those_of_people_stay(root, library_folder):
    shutil.rmtree(library_folder / "b")
    Image.objects.filter(name="0.png", folder__path="b").update(is_for_deletion=True)
    run(root, Act.MARK)
    run(root, Act.MARK)
    assert names(root, is_for_deletion=True) == {"b/0.png", "b/1.png", "b/2.png"}
    image = Image.objects.get(name="1.png", folder__path="b")
    chosen = selections.of_images(image.collection, [image.pk])
    history.perform("deletion", {"value": "1"}, chosen)
    assert unavailable.take_back(root) == 1
    assert names(root, is_for_deletion=True) == {"b/0.png", "b/1.png"}
    assert not MissingMark.objects.exists()


def test_removing_takes_the_rows_and_nothing_that_is_there(root, library_folder):
    file = library_folder / "a" / "1.png"
    shutil.rmtree(library_folder / "b")
    run(root, Act.FLAG)
    Image.objects.filter(name="2.png").update(rating=3, is_favourite=True)
    found = unavailable.losses(root)
    assert (found.images, found.rated, found.favourites) == (3, 1, 1)
    assert str(found) == "3 images, 1 rated and 1 favourite among them"
    pictures.png(library_folder / "b" / "0.png")  # came back since
    file.unlink()  # went since: not among what the person was shown
    run(root, Act.REMOVE)
    assert names(root) == {"a/0.png", "a/1.png", "a/2.png", "b/0.png"}


def test_an_offline_root_is_left_alone_unless_it_is_meant(root, library_folder):
    shutil.rmtree(library_folder)
    with pytest.raises(RootOffline):
        unavailable.start(root, Act.FLAG)
    assert names(root, is_available=False) == set()
    run(root, Act.FLAG, include_offline=True)
    assert len(names(root, is_available=False)) == 6


def test_a_drive_that_goes_meanwhile_takes_nothing_along(root, library_folder, monkeypatch):
    job = unavailable.start(root, Act.REMOVE)
    Image.objects.update(is_available=False)
    shutil.rmtree(library_folder)
    library_folder.mkdir()
    (library_folder / "lost+found").mkdir()  # another file system, and not an empty one
    look_of = unavailable.Disk.look

    def goes(disk, rows):
        yield from look_of(disk, rows)
        library_folder.rename(library_folder.parent / "away")

    monkeypatch.setattr(unavailable.Disk, "look", goes)
    assert "is offline" in run_inline(job).error
    assert Image.objects.count() == 6


def test_excluded_and_archived_folders_are_left_alone(root, library_folder):
    Folder.objects.filter(path="b").update(treatment=Treatment.ARCHIVE_TREE)
    shutil.rmtree(library_folder / "b")
    (library_folder / "a" / "0.png").unlink()
    run(root, Act.FLAG)
    assert names(root, is_available=False) == {"a/0.png"}


def test_a_drive_below_the_root_that_is_not_mounted_is_not_gone(root, library_folder):
    Folder.objects.filter(path="b").update(is_mount_point=True)
    shutil.rmtree(library_folder / "b")
    (library_folder / "b").mkdir()
    run(root, Act.FLAG)
    assert names(root, is_available=False) == set()
    run(root, Act.FLAG, include_offline=True)
    assert len(names(root, is_available=False)) == 3


def test_what_the_disk_does_not_tell_is_not_gone(root, monkeypatch):
    stat = os.stat

    def fail(path, *args, **kwargs):
        if str(path).endswith(".png"):
            raise OSError(5, "Input/output error")
        return stat(path, *args, **kwargs)

    monkeypatch.setattr(os, "stat", fail)
    run(root, Act.FLAG)
    assert names(root, is_available=False) == set()


def test_a_person_can_stop_it(root, library_folder):
    shutil.rmtree(library_folder / "a")
    ids = list(Image.objects.values_list("pk", flat=True))
    with pytest.raises(JobCancelled):
        unavailable.run(root, ids, Act.FLAG, Progress(cancel_after=0))


def test_it_comes_in_chunks_in_the_order_of_folders(root):
    chunks = list(unavailable.chunks(root, Act.FLAG, 4))
    assert [len(chunk) for chunk in chunks] == [4, 2]
    images = Image.objects.in_bulk([pk for chunk in chunks for pk in chunk])
    order = [images[pk].name for chunk in chunks for pk in chunk]
    assert order == ["0.png", "1.png", "2.png"] * 2
