"""Static files gathered for WhiteNoise, only when one of them has changed."""

import hashlib
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from dtoolkit.server.place import Say


def gather(say: Say) -> None:
    """Writes into STATIC_ROOT; the stamp comes last, so that a kill in the middle is noticed."""
    root = Path(settings.STATIC_ROOT)
    stamp, state = root / ".gathered", _state()
    if stamp.exists() and stamp.read_text("ascii") == state:
        return
    say("Preparing the pages' files.")
    root.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(state, "ascii")


def _state() -> str:
    digest = hashlib.sha256()
    for package in ("django", "whitenoise"):
        digest.update(f"{package} {version(package)}\n".encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
