"""Makes the database's files, so that a kill in the middle leaves nothing that looks finished."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from dtoolkit.server.errors import ServerError
from dtoolkit.server.place import VERSION, Place


def ensure(place: Place, *, password: str, is_throw_away: bool) -> bool:
    """Whether it had to be made. Raises `ServerError` for files of another version."""
    _remove_unfinished(place.home)
    version_file = place.data / "PG_VERSION"
    if version_file.exists():
        _require_version(version_file)
        return False
    if place.data.exists():
        raise ServerError(
            f"{place.data} exists but holds no database. Move it away, then start again; "
            "if it was yours, restore it from a backup."
        )
    new = Path(tempfile.mkdtemp(dir=place.home, prefix="data.new-"))
    handle, password_file = tempfile.mkstemp(dir=place.home, prefix="data.new-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(password)
        if place.account:
            for path in (new, Path(password_file)):
                os.chown(path, place.account.uid, place.account.gid)
        _run_initdb(place, new, password_file, is_throw_away=is_throw_away)
        with (new / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\ninclude = 'dtoolkit.conf'\n")
        new.rename(place.data)
    finally:
        Path(password_file).unlink(missing_ok=True)
        shutil.rmtree(new, ignore_errors=True)
    return True


def environment() -> dict[str, str]:
    """Without the person's own PG* variables, and with a locale that every system has."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}


def _run_initdb(place: Place, new: Path, password_file: str, *, is_throw_away: bool) -> None:
    arguments = [
        place.program("initdb"),
        f"--pgdata={new}",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--auth=scram-sha-256",
        "--username=postgres",
        f"--pwfile={password_file}",
    ]
    if is_throw_away:
        arguments.append("--no-sync")
    result = subprocess.run(
        arguments,
        capture_output=True,
        check=False,
        cwd=place.home,
        env=environment(),
        stdin=subprocess.DEVNULL,
        **(place.account.as_subprocess() if place.account else {}),
    )
    if result.returncode:
        said = result.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ServerError(
            f"The database could not be made in {place.home}: {said[-1] if said else 'no reason'}"
        )


def _remove_unfinished(home: Path) -> None:
    for path in home.glob("data.new-*"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _require_version(version_file: Path) -> None:
    version = version_file.read_text("ascii").strip()
    if version != VERSION:
        raise ServerError(
            f"The database in {version_file.parent} was made by PostgreSQL {version}; this program "
            f"brings {VERSION}. Use the program's version that made it, or pg_upgrade, or set "
            "DTOOLKIT_DATA_DIR to another folder to begin anew."
        )
