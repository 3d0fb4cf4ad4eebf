"""After an exception: its words for the person, and a connection on which to write them down."""

from django.db import connection

from dtoolkit.core.errors import AppError


def sentence(error: Exception) -> str:
    """An `AppError` speaks for itself; of what nobody foresaw, what it was and where to look."""
    if isinstance(error, AppError):
        return error.message
    return f"Something unforeseen: {type(error).__name__}: {error}. The log says where."


def ensure_connection() -> None:
    """Gives up a connection that the server has closed, so that the next query opens a new one."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
