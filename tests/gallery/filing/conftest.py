"""A scanned library with sidecars, a trash of the test's own, and acts as a person does them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from send2trash import plat_other

from dtoolkit.jobs.services.runner import run_inline
from gallery.models import HistoryEntry, Image, LibraryRoot
from gallery.services import history, roots, selections, verify
from tests import pictures
from tests.gallery.scanning.conftest import Progress


@pytest.fixture(autouse=True)
def trash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of the test's own: the person's stays as it is."""
    home = tmp_path / "home"
    (home / "share").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "share"))
    monkeypatch.setattr(plat_other, "XDG_DATA_HOME", str(home / "share").encode())
    monkeypatch.setattr(plat_other, "HOMETRASH_B", str(home / "share" / "Trash").encode())
    return home / "share" / "Trash"


@pytest.fixture
def root(db, library_folder: Path) -> LibraryRoot:
    """`a` with three images, the first with two sidecars; `b` with another one; `c` with none."""
    for n in range(3):
        pictures.a1111_png(library_folder / "a" / f"{n}.png", size=(20 + n, 10))
    (library_folder / "a" / "0.txt").write_text("fox, snow")
    (library_folder / "a" / "0.png.json").write_text('{"caption": "a fox"}')
    pictures.a1111_png(library_folder / "b" / "9.png", size=(40, 10))
    (library_folder / "c").mkdir()
    root = roots.add(roots.collection("default"), library_folder)
    run_inline(roots.start_scan(root), follow=True)
    return root


@pytest.fixture
def perform(root: LibraryRoot) -> Callable[..., HistoryEntry]:
    def do(action: str, /, *files: str, **values: str) -> HistoryEntry:
        ids = [image(file).pk for file in files]
        chosen = selections.of_images(root.collection, ids)
        return history.perform(action, values, chosen)

    return do


def image(path: str) -> Image:
    folder, _, name = path.rpartition("/")
    return Image.objects.select_related("folder__root").get(folder__path=folder, name=name)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def agrees(*all_roots: LibraryRoot) -> bool:
    """Disk and database, by every measure that there is."""
    for each in all_roots:
        each.refresh_from_db()
        report = verify.verify(each, Progress(), deep=True)
        assert not report.differences, "\n".join(report.lines())
    return True


def reasons(entry: HistoryEntry) -> list[str]:
    entry.refresh_from_db()
    return [reason for _, reason in entry.refused]
