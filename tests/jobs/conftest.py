"""The lab's kinds for every test here, and a real cluster for those that ask."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
from django.conf import settings as django_settings
from django.db import connection

from dtoolkit.jobs import kinds
from dtoolkit.jobs.services import clusters, stopping
from tests.jobs import lab

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(autouse=True)
def lab_kinds(tmp_path: Path, settings) -> Iterator[None]:
    settings.ENV = django_settings.ENV.model_copy(update={"data_dir": tmp_path / "data"})
    for kind in lab.KINDS:
        kinds.register(kind)
    yield
    for kind in lab.KINDS:
        del kinds._kinds[kind.name]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


class RealCluster:
    """`qcluster` in a process of its own, on the test's database."""

    def __init__(self, data_dir: Path) -> None:
        test_database = connection.settings_dict
        host = quote(str(test_database["HOST"] or "localhost"), safe="")
        password = f":{quote(test_database['PASSWORD'])}" if test_database["PASSWORD"] else ""
        url = (
            f"postgresql://{test_database['USER']}{password}@{host}:{test_database['PORT'] or 5432}"
            f"/{test_database['NAME']}"
        )
        self.environment = {
            **os.environ,
            "DATABASE_URL": url,
            "DTOOLKIT_DATA_DIR": str(data_dir),
            "DJANGO_SETTINGS_MODULE": "tests.jobs.cluster_settings",
            "LAB_SECRET_KEY": django_settings.SECRET_KEY,
            "PYTHONPATH": str(ROOT),
        }
        self.log = (data_dir.parent / "cluster.log").open("ab")

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "django", "qcluster"],
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            cwd=ROOT,
            start_new_session=True,  # so that whoever outlives the command is found, too
        )
        wait_for(lambda: self.process.poll() is not None or clusters.alive(), 60)
        assert self.process.poll() is None, Path(self.log.name).read_text()

    def family(self) -> list[psutil.Process]:
        """Guard, workers, pusher and monitor: all but the command itself."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        wait_for(lambda: not self._is_anyone_left())

    def _is_anyone_left(self) -> bool:
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


@pytest.fixture
def cluster(transactional_db, settings) -> Iterator[RealCluster]:
    settings.ENV.data_dir.mkdir()
    stopping.clear()
    cluster = RealCluster(settings.ENV.data_dir)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.kill()
        cluster.log.close()


def wait_for(condition: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


@pytest.fixture
def no_rest(monkeypatch) -> None:
    """What failed is tried again at once."""
    monkeypatch.setattr("dtoolkit.jobs.services.queue.rest_after", lambda attempts: timedelta())


@pytest.fixture
def lab_in_children(monkeypatch) -> None:
    """Spawned processes know the lab's kinds."""
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.jobs.cluster_settings")
    monkeypatch.setenv("LAB_SECRET_KEY", django_settings.SECRET_KEY)
