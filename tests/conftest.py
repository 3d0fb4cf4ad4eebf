"""What every test may use."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db import OperationalError, connection
from django.test import TransactionTestCase

from dtoolkit.inference import pool
from tests import emptying


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, settings) -> Iterator[None]:
    """No test writes into a person's data folder: thumbnails go to the test's own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "thumbnails": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "thumbnails", "base_url": None},
        },
    }
    yield


@pytest.fixture(autouse=True, scope="session")
def networks_in_memory_are_not_told() -> None:
    """A thread that outlives its test would write into folders that are gone."""
    from embeddings.services import networks

    pool.configure(networks.make_pool, lambda held: None)


@pytest.fixture
def library_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True, scope="session")
def tables_are_emptied_with_patience() -> Iterator[None]:
    """A server's thread may still read for a page that is closed: emptying the tables then ends in
    a deadlock, and is done again. A session that was left in a transaction fails the test, and not
    the whole run."""
    empty = TransactionTestCase._fixture_teardown

    def patient(self: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '20s'")
        try:
            return again_and_again(self)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")

    def again_and_again(self: TransactionTestCase) -> None:
        for _ in range(3):
            try:
                return None if emptying.was_little() else empty(self)
            except (CommandError, OperationalError):
                time.sleep(0.5)
        return empty(self)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(TransactionTestCase, "_fixture_teardown", patient)
        yield
