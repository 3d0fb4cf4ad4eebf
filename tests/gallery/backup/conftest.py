from pathlib import Path

import pytest

from gallery.backup import making
from gallery.models import Collection, LibraryRoot
from tests.gallery.backup import said
from tests.gallery.scanning.conftest import Progress


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, settings) -> Path:
    settings.ENV = settings.ENV.model_copy(update={"data_dir": tmp_path / "data"})
    return tmp_path / "data"


@pytest.fixture
def root(transactional_db, library_folder: Path) -> LibraryRoot:
    root = said.make(library_folder)
    said.say_everything(root)
    return root


@pytest.fixture
def backup(root: LibraryRoot, tmp_path: Path) -> Path:
    return made(tmp_path / "words.jsonl")


def made(path: Path) -> Path:
    making.make(Collection.objects.get(), path, Progress())
    return path
