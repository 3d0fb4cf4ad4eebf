"""Whether this process works on the embedded database or on one that DATABASE_URL named."""

import os
from pathlib import Path

from dtoolkit.server.postgres import EmbeddedServer

_MARK = "DTOOLKIT_EMBEDDED_DATABASE"


def export(url: str) -> None:
    """Tells Django here, and every process started from here."""
    os.environ["DATABASE_URL"] = url
    os.environ[_MARK] = url


def in_use(data_dir: Path) -> EmbeddedServer | None:
    """The embedded server where DATABASE_URL is the one that `export` set."""
    url = os.environ.get("DATABASE_URL")
    return EmbeddedServer(data_dir) if url and os.environ.get(_MARK) == url else None
