"""Entry points of spawned processes: importable before Django is set up, which they do."""

import signal
from typing import Any


def start(database: dict[str, Any]) -> None:
    """Sets Django up on the parent's database; Ctrl-C is the parent's to hear."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import django
    from django.db import connection

    django.setup()
    connection.settings_dict.update(database)


def run_chunk(chunk_id: int, number: int) -> None:
    from dtoolkit.jobs.services import chunks

    chunks.execute(chunk_id, number)
