"""Reading again: what looks unchanged too, and nothing beside what was asked for."""

import os

import pytest

from dtoolkit.jobs.models import Job
from dtoolkit.jobs.services.runner import run_inline
from gallery.models import Image, StageFailure
from gallery.services import rebuild, roots
from tests import pictures

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(library_folder):
    for n, place in enumerate(("a", "a/deep", "b", "a2")):
        pictures.a1111_png(library_folder / place / "1.png", size=(64 + n, 48))
        pictures.a1111_png(library_folder / place / "2.png", size=(64 + n, 49))
    root = roots.add(roots.collection("default"), library_folder)
    run_inline(roots.start_scan(root), follow=True)
    Image.objects.update(sampler="wrong", rating=8)
    return root


def right() -> set[str]:
    images = Image.objects.exclude(sampler="wrong").select_related("folder")
    return {image.relative_path for image in images}


def ended(job: Job) -> None:
    assert run_inline(job, follow=True).state == Job.State.DONE


def test_all_of_a_root(root):
    ended(rebuild.start(root))
    assert len(right()) == 8
    assert Image.objects.filter(rating=8).count() == 8


def test_a_folder_with_all_below_it(root):
    ended(rebuild.start(root, "a"))
    assert right() == {"a/1.png", "a/2.png", "a/deep/1.png", "a/deep/2.png"}


def test_a_folder_is_looked_through_for_new_changed_and_vanished_files(root, library_folder):
    pictures.a1111_png(library_folder / "a" / "new" / "3.png", size=(9, 9))
    pictures.a1111_png(library_folder / "b" / "3.png", size=(9, 8))
    (library_folder / "a" / "deep" / "1.png").unlink()
    ended(rebuild.start(root, "a", rebuild=False))
    assert right() == {"a/new/3.png"}
    assert Image.objects.filter(is_available=False).count() == 1


def test_a_folder_that_looks_unchanged_is_compared(root):
    Image.objects.filter(name="1.png").update(size=1)
    ended(rebuild.start(root, "a/deep"))
    assert Image.objects.filter(size=1).count() == 3


def test_only_what_is_listed_is_read(root, library_folder):
    pictures.a1111_png(library_folder / "b" / "3.png")
    ended(rebuild.start_reading(root, "b"))
    assert right() == {"b/1.png", "b/2.png"}


def test_a_selection_whatever_failed_before(root):
    chosen = list(Image.objects.filter(folder__path__in=["a2", "b"], name="1.png"))
    for image in chosen:
        StageFailure.objects.create(
            image=image, stage="deep_scan", version=1, reason="killed", attempts=3
        )
    (job,) = rebuild.start_images(image.pk for image in chosen)
    ended(job)
    assert right() == {"a2/1.png", "b/1.png"}
    assert not StageFailure.objects.exists()


def test_a_selection_over_several_roots_is_a_job_for_each(root, tmp_path):
    other = roots.add(root.collection, pictures.png(tmp_path / "other" / "x.png").parent)
    run_inline(roots.start_scan(other), follow=True)
    jobs = rebuild.start_images(Image.objects.values_list("pk", flat=True))
    assert {job.params["root_id"] for job in jobs} == {root.pk, other.pk}
    assert Image.objects.filter(read_version=None).count() == 9


def test_times_of_files_do_not_matter(root, library_folder):
    file = library_folder / "b" / "1.png"
    then = file.stat()
    pictures.a1111_png(file, pictures.INFOTEXT.replace("fennec girl", "meerkat boy"), size=(66, 48))
    os.utime(file, ns=(then.st_mtime_ns, then.st_mtime_ns))
    assert file.stat().st_size == then.st_size
    image = Image.objects.get(folder__path="b", name="1.png")
    ended(rebuild.start_images([image.pk])[0])
    image.refresh_from_db()
    assert "meerkat" in image.prompt.text
