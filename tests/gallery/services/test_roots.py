import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from dtoolkit.core.errors import BadInput
from dtoolkit.jobs.models import Job
from gallery.models import Collection, LibraryRoot
from gallery.services import roots

pytestmark = pytest.mark.django_db


@pytest.fixture
def collection() -> Collection:
    return roots.collection("default")


def test_a_collection_is_made_once(collection):
    assert roots.collection("default") == collection
    assert roots.collection("my-work").name == "My work"


def test_a_folder_becomes_a_root_by_its_absolute_path(collection, library_folder, monkeypatch):
    monkeypatch.chdir(library_folder.parent)
    root = roots.add(collection, "library/../library")
    assert root.disk_path == library_folder
    assert root.name == "library"


def test_the_same_folder_again_is_the_same_root(collection, library_folder):
    root = roots.add(collection, library_folder)
    assert roots.add(collection, f"{library_folder}/") == root
    link = library_folder.parent / "link"
    link.symlink_to(library_folder)
    assert roots.add(collection, link) == root
    assert LibraryRoot.objects.count() == 1


def test_the_persons_home_is_understood(collection, library_folder, monkeypatch):
    monkeypatch.setenv("HOME", str(library_folder.parent))
    assert roots.add(collection, "~/library").disk_path == library_folder


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("", "Name a folder"),
        ("  ", "Name a folder"),
        ("/no\0where", "Name a folder"),
        ("/no/such/folder", "There is no folder /no/such/folder"),
        ("~nobody-of-this-name/x", "no such person"),
        ("/" + "x" * 5000, "cannot be read .File name too long"),
    ],
)
def test_what_is_no_folder_is_refused_in_words(collection, folder, said):
    with pytest.raises(BadInput, match=said):
        roots.add(collection, folder)


def test_a_file_is_refused(collection, library_folder):
    (library_folder / "a.png").touch()
    with pytest.raises(BadInput, match="is a file"):
        roots.add(collection, library_folder / "a.png")


@pytest.mark.parametrize("other", ["default", "other"])
def test_roots_do_not_nest_in_any_collection(collection, library_folder, other):
    inner = library_folder / "inner"
    inner.mkdir()
    into = roots.collection(other)
    roots.add(collection, inner)
    with pytest.raises(BadInput, match="contains"):
        roots.add(into, library_folder)
    LibraryRoot.objects.all().delete()
    roots.add(collection, library_folder)
    with pytest.raises(BadInput, match="lies inside"):
        roots.add(into, inner)


def test_a_link_into_a_root_does_not_get_round_that(collection, library_folder):
    (library_folder / "inner").mkdir()
    roots.add(collection, library_folder)
    link = library_folder.parent / "elsewhere"
    link.symlink_to(library_folder / "inner")
    with pytest.raises(BadInput, match="lies inside"):
        roots.add(collection, link)


def test_a_folder_belongs_to_one_collection(collection, library_folder):
    roots.add(collection, library_folder)
    with pytest.raises(BadInput, match="already belongs to the collection Library"):
        roots.add(roots.collection("other"), library_folder)


def test_our_own_data_is_no_library(collection, tmp_path, settings):
    data = tmp_path / "data"
    (data / "thumbnails").mkdir(parents=True)
    settings.ENV = settings.ENV.model_copy(update={"data_dir": data, "thumbnail_dir": None})
    for folder in (data, tmp_path, data / "thumbnails"):
        with pytest.raises(BadInput, match="own data"):
            roots.add(collection, folder)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="needs another user")
def test_a_folder_that_may_not_be_read_is_refused(library_folder):
    """Root may read all, so somebody else asks."""
    library_folder.chmod(0o700)
    script = (
        "import django; from pathlib import Path; django.setup();"
        "from gallery.services.disk_folders import readable;"
        "from dtoolkit.core.errors import BadInput\n"
        f"import os; os.setgid({pwd.getpwnam('nobody').pw_gid});"
        f"os.setuid({pwd.getpwnam('nobody').pw_uid})\n"
        f"try: readable({str(library_folder)!r})\n"
        "except BadInput as error: print(error.message)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "cannot be read (Permission denied)" in done.stdout


def test_a_scan_asked_for_twice_is_one_job(collection, library_folder):
    root = roots.add(collection, library_folder)
    first = roots.start_scan(root)
    assert roots.start_scan(root) == first
    assert roots.start_scan(root, rebuild=True) != first
    assert Job.objects.count() == 2
