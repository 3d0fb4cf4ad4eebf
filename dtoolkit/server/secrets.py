"""The secret key: made once, in the data folder, readable by its owner alone."""

import os
import secrets
import tempfile
from pathlib import Path


def secret_key(data_dir: Path) -> str:
    """Read or make `data_dir/secret-key`. Two processes that race both end with the same key."""
    path = data_dir / "secret-key"
    try:
        return path.read_text("ascii")
    except FileNotFoundError:
        pass
    data_dir.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=data_dir, prefix=".secret-key-")
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
