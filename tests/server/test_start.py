"""The whole program as a person starts it, on folders and ports of its own."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.pictures import a1111_png
from tests.server.conftest import ROOT, processes_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals are sent to it"),
]
ENDS_IN_S = 30


class Started:
    """A running `manage.py start` and what it said so far."""

    def __init__(self, data_dir: Path, *arguments: str, **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.data_dir = data_dir
        self.said: list[str] = []
        kept = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        kept |= {"DJANGO_SETTINGS_MODULE": "dtoolkit.settings", "DTOOLKIT_WORKERS": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "start", "--port", str(self.port), *arguments],
            cwd=ROOT,
            env=kept | {"DTOOLKIT_DATA_DIR": str(data_dir)} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def until(self, words: str) -> str:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if words in line:
                return line
        raise AssertionError(f"it never said {words!r}: {self.said}")

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def health(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.get("/api/health")[1])
        return found

    def part(self, name: str) -> psutil.Process:
        """The first process of the part of that name."""
        children = psutil.Process(self.process.pid).children()
        return next(child for child in children if name in child.cmdline())

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.stdout
        self.said += self.process.stdout.read().splitlines()
        return self.process.wait(ENDS_IN_S)


@pytest.fixture
def start(open_folder: Path) -> Iterator[Callable[..., Started]]:
    runs: list[Started] = []

    def run(*arguments: str, **environment: str) -> Started:
        runs.append(Started(open_folder / "my data", *arguments, **environment))
        return runs[-1]

    yield run
    for a_run in runs:
        if a_run.process.poll() is None:
            a_run.end()
        assert a_run.process.stdout
        a_run.process.stdout.close()


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def answers(run: Started) -> bool:
    try:
        return run.health()["status"] == "ok"
    except (OSError, http.client.HTTPException, ValueError):
        return False


def test_a_folder_becomes_a_library_and_nothing_is_left_at_the_end(start, library_folder: Path):
    a1111_png(library_folder / "fennec & fox.png")
    run = start(str(library_folder), "/there/is/no/such/folder")
    run.until("DiffusionToolkit is at http://127.0.0.1")
    assert any("no folder" in line for line in run.said)
    wait_for(lambda: b"fennec" in run.get("/c/default/")[1])
    wait_for(lambda: answers(run))
    second = start()
    assert second.process.wait(60) == 1
    words = second.process.stdout.read()
    assert str(run.port) in words and str(run.process.pid) in words
    assert run.health()["status"] == "ok"
    assert run.end() == 0
    assert processes_of(run.data_dir) == []
    logs = {path.name for path in (run.data_dir / "logs").iterdir()}
    assert {"start.log", "web.log", "worker.log", "postgres.log"} <= logs


def test_whatever_dies_comes_back(start):
    run = start()
    run.until("DiffusionToolkit is at")
    wait_for(lambda: answers(run))
    for name in ("web", "cluster", "watcher"):
        run.part(name).kill()
        run.until("starting again in")
        wait_for(lambda: answers(run))
    pid_file = run.data_dir / "postgres" / "data" / "postmaster.pid"
    psutil.Process(int(pid_file.read_text().split()[0])).kill()
    run.until("The database ended; it runs again")
    wait_for(lambda: answers(run))
    assert run.end() == 0
    assert processes_of(run.data_dir) == []


def test_nothing_goes_on_after_a_kill_of_the_supervisor(start):
    run = start()
    run.until("DiffusionToolkit is at")
    wait_for(lambda: answers(run))
    family = psutil.Process(run.process.pid).children(recursive=True)
    run.process.kill()
    wait_for(lambda: not any(map(lives, family)), ENDS_IN_S)
    again = start()
    again.until("DiffusionToolkit is at")
    assert again.end() == 0


def test_what_cannot_be_listened_on_is_told(start):
    beyond = start("--host", "0.0.0.0")  # noqa: S104 - it must refuse
    assert beyond.process.wait(60) == 1
    words = beyond.process.stdout.read()
    assert "createsuperuser" in words and "/welcome/account/" in words
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = start("--port", str(taken.getsockname()[1]))
        assert run.process.wait(60) == 1
    assert "Choose another port" in run.process.stdout.read()
    assert processes_of(run.data_dir) == []


def test_a_program_from_a_path_with_spaces_starts(open_folder: Path):
    """The environment stays where it is; the program and its data do not."""
    copy = open_folder / "my programs, new" / "Diffusion Toolkit"
    shutil.copytree(
        ROOT, copy, ignore=shutil.ignore_patterns(".*", "__pycache__", "tests", "shared")
    )
    run = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=copy,
        env={k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "PYTHONPATH"}}
        | {
            "DTOOLKIT_DATA_DIR": str(copy / "data"),
            "DJANGO_SETTINGS_MODULE": "dtoolkit.settings",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    assert processes_of(copy) == []
