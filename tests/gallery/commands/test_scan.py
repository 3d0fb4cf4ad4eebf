import os
import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from dtoolkit.jobs.models import Job
from gallery.models import Image
from gallery.services import roots
from tests import pictures

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(library_folder):
    for n in range(3):
        pictures.a1111_png(library_folder / f"{n}.png", size=(64 + n, 48))
    return roots.add(roots.collection("default"), library_folder)


def scan(*args: str) -> str:
    out = StringIO()
    call_command("scan", "--workers", "1", *args, stdout=out, stderr=out)
    return out.getvalue()


def test_a_scan_goes_all_the_way_to_the_thumbnails(root):
    scan()
    assert Image.objects.exclude(prompt=None).exclude(thumbnail_version=None).count() == 3
    assert set(Job.objects.values_list("kind", "state")) == {
        ("quick_scan", "done"),
        ("deep_scan", "done"),
        ("pipeline", "done"),
        ("find-families", "done"),
    }


def test_what_was_found_is_told(root, library_folder):
    assert "library: 3 new." in scan()
    (library_folder / "0.png").unlink()
    pictures.png(library_folder / "1.png", size=(300, 20))
    assert "library: 1 changed, 1 gone." in scan()
    assert "library: nothing changed." in scan()


def test_quick_only_lists(root):
    scan("--quick")
    assert Image.objects.filter(read_version=None).count() == 3


def test_deep_only_reads_what_is_listed(root, library_folder):
    scan("--quick")
    pictures.png(library_folder / "new.png")
    scan("--deep")
    assert Image.objects.exclude(read_version=None).count() == 3


def test_rebuild_reads_all_again(root):
    scan()
    Image.objects.update(sampler="wrong", size=1)
    scan()
    assert Image.objects.filter(sampler="wrong").count() == 3
    scan("--rebuild")
    assert not Image.objects.filter(sampler="wrong").exists()


@pytest.mark.parametrize("named_by", ["pk", "name", "path"])
def test_one_root_alone(root, tmp_path, named_by):
    other = tmp_path / "other"
    pictures.png(other / "a.png")
    roots.add(root.collection, other)
    scan("--quick", "--root", str(getattr(root, named_by)))
    assert set(Image.objects.values_list("folder__root", flat=True)) == {root.pk}


def test_one_folder_or_one_file_alone(root, library_folder):
    pictures.a1111_png(library_folder / "sub" / "a.png")
    scan()
    Image.objects.update(sampler="wrong")
    scan("--folder", str(library_folder / "sub"), "--rebuild")
    assert Image.objects.get(sampler="DPM++ 2M").name == "a.png"
    scan("--folder", str(library_folder / "1.png"))
    assert Image.objects.exclude(sampler="wrong").count() == 2


def test_a_selection_of_images_whichever_folders_they_are_in(root, library_folder, tmp_path):
    pictures.a1111_png(tmp_path / "other" / "4.png")
    roots.add(root.collection, tmp_path / "other")
    scan()
    Image.objects.update(sampler="wrong")
    chosen = Image.objects.filter(name__in=["1.png", "2.png", "4.png"])
    scan("--images", *(str(pk) for pk in chosen.values_list("pk", flat=True)))
    assert set(chosen.values_list("sampler", flat=True)) == {"DPM++ 2M"}
    assert Image.objects.get(sampler="wrong").name == "0.png"
    with pytest.raises(CommandError, match="this number: 0"):
        scan("--images", "0", str(chosen[0].pk))


def test_a_folder_that_is_nowhere_is_told(root, tmp_path):
    with pytest.raises(CommandError, match="lies in no folder of the library"):
        scan("--folder", str(tmp_path / "elsewhere"))
    with pytest.raises(CommandError, match="is no folder, and no file of the library"):
        scan("--folder", str(root.disk_path / "missing"))


def test_a_folder_of_no_library_is_told(root):
    with pytest.raises(CommandError, match="is no folder of the library"):
        scan("--root", "/nowhere")


def test_an_empty_library_is_told(db):
    with pytest.raises(CommandError, match="no folder yet"):
        scan()


def test_an_offline_root_ends_in_an_error_that_says_so(root, library_folder):
    scan("--quick")
    shutil.rmtree(library_folder)
    with pytest.raises(CommandError, match="is offline: the folder is not there"):
        scan()
    assert Image.objects.filter(is_available=True).count() == 3


def test_what_could_not_be_read_is_listed(root, library_folder):
    (library_folder / "broken.png").write_bytes(b"")
    os.utime(library_folder / "broken.png", (1e9, 1e9))
    assert "broken.png: The file is empty." in scan()


def test_a_root_removed_before_its_job_ran_is_told(root):
    job = roots.start_scan(root)
    root.delete()
    from dtoolkit.jobs.services.runner import run_inline

    assert run_inline(job).error == "This folder is not in the library any more."
