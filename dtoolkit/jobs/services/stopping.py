"""A clean stop for the workers of one machine: what runs goes back to the queue within a second.

A worker of django-q cannot hear that its cluster is about to end, so the supervisor leaves a note
in the data folder, which it has for itself. Without the note a stop is only slower or harder, never
wrong: recovery brings back what a killed worker held.
"""

from pathlib import Path

from django.conf import settings


def request() -> None:
    """Call before ending the clusters of this machine."""
    _note().parent.mkdir(parents=True, exist_ok=True)
    _note().touch()


def clear() -> None:
    """Call before starting the clusters of this machine."""
    _note().unlink(missing_ok=True)


def is_requested() -> bool:
    return _note().exists()


def _note() -> Path:
    folder: Path = settings.ENV.data_dir
    return folder / "stopping"
