"""Secrets made once, in the data folder, readable by their owner alone."""

import os
import secrets
import tempfile
from pathlib import Path

from dtoolkit.server import folders


def secret_key(data_dir: Path) -> str:
    """Django's key."""
    return keep(data_dir / "secret-key")


def keep(path: Path) -> str:
    """Read or make the secret in `path`. Two processes that race both end with the same one."""
    try:
        return path.read_text("ascii")
    except FileNotFoundError:
        pass
    folders.make_private(path.parent)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        if not path.exists():
            Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return path.read_text("ascii")
