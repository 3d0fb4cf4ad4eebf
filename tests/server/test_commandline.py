import os
import subprocess
import sys
from pathlib import Path

import pytest

from dtoolkit.server import options
from dtoolkit.server.commandline import needs_database
from tests.server.conftest import ROOT, processes_of


@pytest.mark.parametrize("command", ["check", "help", "--version", "collectstatic", "-h"])
def test_commands_without_rows_start_no_database(command: str):
    assert not needs_database(command, ["manage.py", command])


@pytest.mark.parametrize("command", ["start", "scan", "migrate", "createsuperuser", "bench"])
def test_commands_with_rows_get_one_unless_only_their_help_is_asked(command: str):
    assert needs_database(command, ["manage.py", command])
    assert not needs_database(command, ["manage.py", command, "--help"])


def test_options_of_start_win_over_the_environment(monkeypatch):
    monkeypatch.setenv("DTOOLKIT_PORT", "1")
    monkeypatch.setenv("DTOOLKIT_HOST", "127.0.0.9")
    options.export(["/pictures", "--port", "8000", "--only", "web"])
    assert os.environ["DTOOLKIT_PORT"] == "8000"
    assert os.environ["DTOOLKIT_HOST"] == "127.0.0.9"


def test_options_that_cannot_be_read_are_left_to_the_commands_own_parser(monkeypatch):
    monkeypatch.setenv("DTOOLKIT_PORT", "1")
    options.export(["--port"])
    assert os.environ["DTOOLKIT_PORT"] == "1"


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL"}}
    kept["DJANGO_SETTINGS_MODULE"] = "dtoolkit.settings"
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_command_brings_its_own_database_up_to_date_and_stops_it(open_folder: Path):
    data = open_folder / "data"
    result = manage("showmigrations", "--plan", DTOOLKIT_DATA_DIR=str(data))
    assert result.returncode == 0, result.stderr
    assert "[ ]" in result.stdout
    code = "from gallery.models import Image; print('images:', Image.objects.count())"
    result = manage("shell", "--no-imports", "-c", code, DTOOLKIT_DATA_DIR=str(data))
    assert "images: 0" in result.stdout, result.stderr
    assert "Bringing the database up to date" in result.stderr
    assert processes_of(data) == []


def test_a_database_that_does_not_answer_is_one_clear_line(tmp_path: Path):
    result = manage(
        "showmigrations",
        DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing",
        DTOOLKIT_DATA_DIR=str(tmp_path),
    )
    assert result.returncode == 1
    assert result.stderr.startswith("The database does not answer")
    assert result.stderr.count("\n") == 1


def test_a_wrong_setting_is_one_clear_line(tmp_path: Path):
    result = manage("migrate", DTOOLKIT_PORT="many", DTOOLKIT_DATA_DIR=str(tmp_path))
    assert result.returncode == 1
    assert result.stderr.startswith("A setting is wrong: port")
    assert result.stderr.count("\n") == 1


def test_a_data_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path):
    (tmp_path / "file").touch()
    result = manage("migrate", DTOOLKIT_DATA_DIR=str(tmp_path / "file" / "data"))
    assert result.returncode == 1
    assert "DTOOLKIT_DATA_DIR" in result.stderr
    assert result.stderr.count("\n") == 1


def test_the_test_command_runs_pytest_on_a_database_of_its_own(open_folder: Path):
    result = manage(
        *("test", "-p", "no:cacheprovider", "-q", "tests/test_house.py"), TMPDIR=str(open_folder)
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 passed" in result.stdout
    assert processes_of(open_folder) == []
    assert not list(open_folder.glob("dtoolkit-test-*"))


def test_the_test_command_passes_on_pytests_exit_code(open_folder: Path):
    result = manage("test", "tests/there_is_no_such_test.py", TMPDIR=str(open_folder))
    assert result.returncode == 4
