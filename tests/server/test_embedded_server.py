"""Real clusters: each test makes its own, on a port of its own."""

import os
import shutil
import signal
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from dtoolkit.server import place, postmaster
from dtoolkit.server.errors import ServerError
from dtoolkit.server.postgres import EmbeddedServer
from tests.server.conftest import is_root, processes_of

needs_root = pytest.mark.skipif(not is_root, reason="only root lends the database to an account")


@pytest.fixture
def data_dir(open_folder: Path) -> Path:
    return open_folder / "data, of Jörg's $HOME `x`"


@pytest.fixture
def server(data_dir: Path) -> EmbeddedServer:
    return EmbeddedServer(data_dir, is_throw_away=True)


def ask(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    assert row
    return row[0]


def test_it_serves_pgvector_on_loopback_behind_a_password_and_ends_with_its_last_user(
    server: EmbeddedServer, data_dir: Path
):
    url = server.join()
    assert ask(url, "SELECT '[1,2]'::halfvec <=> '[1,2]'::halfvec") == 0
    assert ask(url, "SHOW listen_addresses") == "127.0.0.1"
    assert ask(url, "SELECT upper('ä')") == "Ä"
    assert ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    password = (data_dir / "postgres-password").read_text()
    assert (data_dir / "postgres-password").stat().st_mode & 0o077 == 0
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(url.replace(password, "guessed"))
    server.leave()
    assert server.running() is None
    assert processes_of(data_dir) == []


def test_a_second_start_finds_the_same_data_on_the_same_port(server: EmbeddedServer):
    url = server.join()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
    server.leave()
    assert server.join() == url
    assert ask(url, "SELECT value FROM kept") == 7
    server.leave()


def test_the_one_who_leaves_first_does_not_stop_it_for_the_other(
    server: EmbeddedServer, data_dir: Path
):
    url = server.join()
    other = EmbeddedServer(data_dir, is_throw_away=True)
    assert other.join() == url
    server.leave()
    assert ask(url, "SELECT 1") == 1
    other.leave()
    assert other.running() is None


def test_a_server_whose_starter_was_killed_is_adopted_and_stopped(
    server: EmbeddedServer, data_dir: Path, python_code
):
    child = python_code(
        "import sys, time; from pathlib import Path\n"
        "from dtoolkit.server.postgres import EmbeddedServer\n"
        "EmbeddedServer(Path(sys.stdin.readline().strip()), is_throw_away=True).join()\n"
        "print('up', flush=True); time.sleep(60)"
    )
    child.stdin.write(f"{data_dir}\n")
    child.stdin.flush()
    assert child.stdout.readline() == "up\n"
    child.kill()
    child.wait()
    orphan = server.running()
    assert orphan is not None
    server.join()
    assert server.running() == orphan
    server.leave()
    assert processes_of(data_dir) == []


def kill_and_wait(pid: int) -> None:
    """A killed process lives a moment longer; until it is gone it still looks well."""
    process = psutil.Process(pid)
    process.kill()
    deadline = time.monotonic() + 10
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_it_comes_back_after_a_kill_of_its_first_process(server: EmbeddedServer):
    url = server.join()
    found = server.running()
    assert found
    kill_and_wait(found.pid)
    assert server.ensure_running() == url
    assert ask(url, "SELECT 1") == 1
    server.leave()


def test_files_left_half_made_are_made_anew(server: EmbeddedServer, data_dir: Path):
    half = data_dir / "postgres" / "data.new-killed"
    half.mkdir(parents=True)
    half.parent.chmod(0o755)
    (half / "PG_VERSION").write_text("18")
    url = server.join()
    assert ask(url, "SELECT 1") == 1
    assert not half.exists()
    server.leave()


def test_a_stale_pid_file_that_names_a_living_stranger_does_not_stop_a_start(
    server: EmbeddedServer,
):
    server.join()
    server.leave()
    data = server.place.data
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n1\n5432\n\n127.0.0.1\n\nready\n")
    assert postmaster.read(data) is None
    url = server.join()
    assert ask(url, "SELECT 1") == 1
    server.leave()


def test_another_version_is_refused_in_words(server: EmbeddedServer):
    server.join()
    server.leave()
    (server.place.data / "PG_VERSION").write_text("16\n")
    with pytest.raises(ServerError, match=r"made by PostgreSQL 16.*brings 18"):
        server.join()


def test_a_lost_password_is_told_in_words(server: EmbeddedServer, data_dir: Path):
    server.join()
    server.leave()
    (data_dir / "postgres-password").unlink()
    with pytest.raises(ServerError, match="postgres-password"):
        server.join()
    assert server.running() is None


@needs_root
def test_root_lends_it_to_nobody_and_leaves_parent_folders_as_they_are(
    server: EmbeddedServer, open_folder: Path, data_dir: Path
):
    data_dir.mkdir(mode=0o751)
    before = [path.stat().st_mode for path in (open_folder, data_dir)]
    server.join()
    found = server.running()
    assert found
    assert psutil.Process(found.pid).username() == "nobody"
    assert [path.stat().st_mode for path in (open_folder, data_dir)] == before
    server.leave()


@needs_root
def test_below_a_closed_folder_root_puts_it_into_the_system_folder_and_keeps_it_there(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    closed = open_folder / "root's own"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(place, "SYSTEM_FOLDER", open_folder / "system")
    said: list[str] = []
    server = EmbeddedServer(closed / "data", say=said.append, is_throw_away=True)
    url = server.join()
    assert ask(url, "SELECT 1") == 1
    assert server.place.home.is_relative_to(open_folder / "system")
    assert str(server.place.home) in said[0]
    assert closed.stat().st_mode & 0o777 == 0o700
    server.leave()
    closed.chmod(0o755)
    again = EmbeddedServer(closed / "data")
    assert again.place == server.place


@needs_root
def test_binaries_that_nobody_can_reach_are_copied(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    wheel = place._wheel_install()
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    libraries = wheel.parent.with_name(f"{wheel.parent.name}.libs")
    shutil.copytree(wheel, closed / wheel.parent.name / wheel.name, symlinks=True)
    shutil.copytree(libraries, closed / libraries.name)
    monkeypatch.setattr(place, "SYSTEM_FOLDER", open_folder / "system")
    monkeypatch.setattr(place, "_wheel_install", lambda: closed / wheel.parent.name / wheel.name)
    server = EmbeddedServer(open_folder / "data", is_throw_away=True)
    url = server.join()
    assert ask(url, "SELECT extversion FROM pg_extension WHERE extname = 'vector'")
    assert server.place.binaries.is_relative_to(open_folder / "system" / "binaries")
    server.leave()


@needs_root
def test_a_database_of_an_ordinary_user_is_run_by_root_as_that_user(
    server: EmbeddedServer, data_dir: Path
):
    server.join()
    server.leave()
    for path in [server.place.data, *server.place.data.rglob("*")]:
        os.chown(path, 1, 1)
    again = EmbeddedServer(data_dir, is_throw_away=True)
    again.join()
    found = again.running()
    assert found
    assert psutil.Process(found.pid).uids().real == 1
    again.leave()


@pytest.mark.skipif(is_root, reason="root may read everything")
def test_a_database_that_root_made_is_refused_to_an_ordinary_user_in_words(
    server: EmbeddedServer, data_dir: Path
):
    (data_dir / "postgres").mkdir(parents=True)
    (data_dir / "postgres" / "location").write_text("/var/lib/diffusiontoolkit/x/postgres")
    with pytest.raises(ServerError, match="belongs to another user"):
        server.join()


def test_backends_that_outlive_their_first_process_are_ended(
    server: EmbeddedServer, data_dir: Path
):
    url = server.join()
    found = server.running()
    assert found
    with psycopg.connect(url) as connection:
        backend = psutil.Process(connection.info.backend_pid)
        backend.send_signal(signal.SIGSTOP)
        kill_and_wait(found.pid)
        assert server.ensure_running() == url
        assert not backend.is_running() or backend.status() == psutil.STATUS_ZOMBIE
        connection.close()
    server.leave()
    assert processes_of(data_dir) == []
