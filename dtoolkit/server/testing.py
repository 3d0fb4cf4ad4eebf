"""`manage.py test`: pytest on a throw-away database and a throw-away data folder."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from dtoolkit.server import place
from dtoolkit.server.errors import ServerError
from dtoolkit.server.postgres import EmbeddedServer

ROOT = Path(__file__).resolve().parent.parent.parent


def run(arguments: list[str]) -> int:
    """pytest's exit code. Nothing is left behind, also after Ctrl-C and SIGTERM."""
    folder = Path(tempfile.mkdtemp(dir=temporary_parent(), prefix="dtoolkit-test-"))
    # Only this folder is opened, so that PostgreSQL, which does not run as root, may enter it.
    folder.chmod(0o711)
    server = EmbeddedServer(folder, is_throw_away=True)
    environment = os.environ | {"DTOOLKIT_DATA_DIR": str(folder)}
    environment["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    is_own_server = not os.environ.get("DATABASE_URL")
    try:
        if is_own_server:
            environment["DATABASE_URL"] = server.join()
        return _pytest(arguments, environment)
    finally:
        if is_own_server:
            server.leave()
        shutil.rmtree(folder, ignore_errors=True)


def _pytest(arguments: list[str], environment: dict[str, str]) -> int:
    child = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env=environment
    )
    before = signal.signal(signal.SIGTERM, lambda number, frame: child.terminate())
    try:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:  # it reached pytest too, which says its summary
                continue
    finally:
        signal.signal(signal.SIGTERM, before)


def temporary_parent() -> Path:
    """A temporary folder that PostgreSQL may enter when root runs the tests."""
    usual = Path(tempfile.gettempdir())
    if sys.platform == "win32" or os.geteuid() != 0:
        return usual
    account = place.lent_account()
    for folder in (usual, Path("/var/tmp"), Path("/tmp")):  # noqa: S108 - made safe by mkdtemp
        if folder.is_dir() and account.can_enter(folder):
            return folder
    raise ServerError(f"No temporary folder that the user {account.name} may enter.")
