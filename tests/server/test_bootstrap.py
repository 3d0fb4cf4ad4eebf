"""The bootstrap with installers of paper: they write down what they were asked for."""

import os
import stat
import sys
from pathlib import Path

import pytest

from dtoolkit import bootstrap
from dtoolkit.bootstrap import BootstrapError, Environment

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the installers are shell scripts")


MAKES_PYTHON = (
    'if [ "$1" = venv ]; then for last; do :; done; mkdir -p "$last/bin"; '
    'touch "$last/bin/python"; fi'
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "a program's folder"
    folder.mkdir()
    (folder / "requirements.txt").write_text("Django\n")
    (folder / "requirements-dev.txt").write_text("-r requirements.txt\npytest\n")
    return folder


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`uv` on an otherwise empty PATH; the file holds one line for each call."""
    programs = tmp_path / "programs"
    programs.mkdir()
    calls = tmp_path / "calls"
    script(
        programs / "uv",
        f'echo "uv $*" >> "{calls}"',
        MAKES_PYTHON,
        '[ ! -e "$(dirname "$0")/no-network" ]',
    )
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.delenv("DTOOLKIT_TORCH_INDEX", raising=False)
    return calls


def script(path: Path, *lines: str) -> None:
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def test_uv_makes_and_fills_the_environment_once(root: Path, asked: Path, capsys):
    Environment(root).ensure()
    Environment(root).ensure()
    made, installed = lines(asked)
    assert made.startswith("uv venv")
    assert "-r" in installed and "requirements.txt" in installed
    said = capsys.readouterr().out
    assert str(root / ".venv") in said and "MB" in said


def test_an_environment_left_half_made_is_completed(root: Path, asked: Path):
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "bin" / "python").touch()
    assert not Environment(root).is_complete()
    Environment(root).ensure()
    assert Environment(root).is_complete()


def test_changed_requirements_are_installed(root: Path, asked: Path):
    Environment(root).ensure()
    (root / "requirements.txt").write_text("Django\norjson\n")
    assert not Environment(root).is_complete()
    Environment(root).ensure()
    assert len(lines(asked)) == 4


def test_tests_get_the_larger_set_and_start_keeps_it(root: Path, asked: Path):
    Environment(root).ensure()
    Environment(root, "requirements-dev.txt").ensure()
    assert "requirements-dev.txt" in lines(asked)[-1]
    assert Environment(root).is_complete()


def test_another_torch_index_is_passed_on(root: Path, asked: Path, monkeypatch):
    monkeypatch.setenv("DTOOLKIT_TORCH_INDEX", "https://example.org/cpu")
    Environment(root).ensure()
    assert lines(asked)[-1].endswith("--extra-index-url https://example.org/cpu")


def test_a_failed_installation_leaves_no_stamp_and_says_what_to_do(
    root: Path, asked: Path, monkeypatch
):
    monkeypatch.setattr(bootstrap, "_can_import", lambda name: name != "ensurepip")
    (asked.parent / "programs" / "no-network").touch()
    with pytest.raises(BootstrapError, match="Run the same command again"):
        Environment(root).ensure()
    assert not Environment(root).is_complete()


def test_where_uv_fails_pip_is_tried(root: Path, asked: Path, monkeypatch, capsys):
    (asked.parent / "programs" / "no-network").touch()
    tried: list[str] = []
    monkeypatch.setattr(bootstrap.Pip, "fill", lambda self: tried.append("pip"))
    Environment(root).ensure()
    assert tried == ["pip"]
    assert "trying with pip" in capsys.readouterr().out
    assert Environment(root).is_complete()


def test_without_uv_python_makes_it_and_pips_words_are_shown_where_it_fails(
    root: Path, tmp_path: Path, monkeypatch
):
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    python = root / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    script(
        python,
        f'echo "$*" >> "{tmp_path / "calls"}"',
        '[ "$3" = --version ] && exit 0',
        "echo Downloading https://example.org/django-5.whl",
        "echo ERROR: no such package",
        "exit 1",
    )
    with pytest.raises(BootstrapError, match="ERROR: no such package"):
        Environment(root).ensure()
    assert lines(tmp_path / "calls")[-1].startswith("-m pip install")
    assert not Environment(root).is_complete()


def test_a_python_that_cannot_make_environments_is_told_how_to_mend_it(
    root: Path, tmp_path: Path, monkeypatch
):
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setattr(bootstrap, "_can_import", lambda name: name != "ensurepip")
    with pytest.raises(BootstrapError, match="apt install python3-venv"):
        Environment(root).ensure()


def test_an_old_python_is_told_which_it_needs(monkeypatch):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer; this is 3\.9\.2"):
        bootstrap.ensure_environment(["manage.py", "start"])


def test_a_folder_that_cannot_be_written_is_told(root: Path, asked: Path):
    (root / ".venv").write_text("a file in the way")
    with pytest.raises(BootstrapError, match="cannot be made"):
        Environment(root).ensure()


def test_an_interpreter_that_has_django_is_left_alone(monkeypatch):
    def refuse(self: Environment) -> None:
        raise AssertionError("nothing was to be made")

    monkeypatch.setattr(Environment, "ensure", refuse)
    bootstrap.ensure_environment(["manage.py", "start"])
    bootstrap.ensure_environment(["manage.py"])


def test_the_same_command_goes_on_in_the_environment(root: Path, monkeypatch):
    called: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda path, arguments: called.append([path, *arguments]))
    Environment(root).continue_in(["manage.py", "start", "/my pictures"])
    python = str(root / ".venv" / "bin" / "python")
    assert called == [[python, python, str(root / "manage.py"), "start", "/my pictures"]]


def test_two_at_once_wait_for_one_another(root: Path, python_code, asked: Path):
    script(
        asked.parent / "programs" / "uv",
        f'echo "begin" >> "{asked}"; sleep 0.2; echo "end" >> "{asked}"',
        MAKES_PYTHON,
        "exit 0",
    )
    code = (
        "from pathlib import Path; import sys\n"
        "from dtoolkit.bootstrap import Environment\n"
        f"Environment(Path({str(root)!r})).ensure()"
    )
    both = [python_code(code), python_code(code)]
    assert [child.wait(20) for child in both] == [0, 0]
    assert lines(asked) == ["begin", "end"] * 2


def test_the_libraries_of_networks_are_added_and_what_they_include_counts(
    root: Path, asked: Path, monkeypatch
):
    (root / "requirements-models.txt").write_text("-r requirements.txt\ntorch\n")
    (root / "requirements-dev.txt").write_text("-r requirements-models.txt\npytest\n")
    Environment(root).ensure()
    monkeypatch.setattr(bootstrap, "ROOT", root)
    with pytest.raises(BootstrapError, match=r"pip install -r requirements-models\.txt"):
        bootstrap.install_models()
    monkeypatch.setattr(Environment, "is_running", lambda self: True)
    bootstrap.install_models()
    assert "requirements-models.txt" in lines(asked)[-1]
    environment = Environment(root)
    assert environment.requirements == "requirements-models.txt"
    assert environment.is_complete()
    (root / "requirements.txt").write_text("Django\nmore\n")
    assert not Environment(root).is_complete()
